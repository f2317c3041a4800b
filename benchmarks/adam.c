/* The loop that the compiled engine is measured against: Adam on the 1010/-10 stream, F = [-1, 1].
   usage: adam ROUNDS PERIOD C SMALL BETA1 BETA2 ALPHA; prints ns a round, x and R_T/T. Plain sums. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv) {
    if (argc != 8) return 2;
    const long rounds = atol(argv[1]), period = atol(argv[2]);
    const double large = atof(argv[3]), small = atof(argv[4]);
    const double beta1 = atof(argv[5]), beta2 = atof(argv[6]), alpha = atof(argv[7]);
    double x = 0, m = 0, v = 0, paid = 0, gradients = 0;
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (long t = 1; t <= rounds; t++) {
        const double g = t % period == 1 ? large : -small;
        paid += g * x;
        gradients += g;
        m = beta1 * m + (1 - beta1) * g;
        v = beta2 * v + (1 - beta2) * g * g;
        x -= alpha / sqrt((double)t) * (m / sqrt(v));
        x = x < -1 ? -1 : x > 1 ? 1 : x;
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    const double ns = (ended.tv_sec - began.tv_sec) * 1e9 + (ended.tv_nsec - began.tv_nsec);
    printf("%.6f %.17g %.17g\n", ns / rounds, x, (paid + fabs(gradients)) / rounds);
    return 0;
}
