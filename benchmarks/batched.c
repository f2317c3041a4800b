/* The loop that the batched engine is measured against: Adam on the 1010/-10 stream over a block of
   settings, the inner loop over 64 of them so that it vectorises; F = [-1, 1].
   usage: batched SETTINGS ROUNDS; prints ns a setting-round and a sum that depends on all of them.
   Each setting has its own beta1 and beta2, and the exact sums that regretlab's ledger keeps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LANES 64

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    const long settings = atol(argv[1]), rounds = atol(argv[2]);
    static double x[LANES], m[LANES], v[LANES], paid[LANES], lost[LANES], b1[LANES], b2[LANES];
    struct timespec began, ended;
    double sum = 0;
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (long first = 0; first < settings; first += LANES) {
        for (int i = 0; i < LANES; i++) {
            x[i] = m[i] = v[i] = paid[i] = lost[i] = 0;
            b1[i] = 0.99 * (double)((first + i) / 64) / (double)(settings / 64);
            b2[i] = 0.5 + 0.4999 * (double)((first + i) % 64) / 64;
        }
        for (long t = 1; t <= rounds; t++) {
            const double g = t % 101 == 1 ? 1010.0 : -10.0, alpha = 0.5 / sqrt((double)t);
            for (int i = 0; i < LANES; i++) {
                const double loss = g * x[i], rest = fma(g, x[i], -loss);
                const double total = paid[i] + loss, seen = total - paid[i];
                lost[i] += ((paid[i] - (total - seen)) + (loss - seen)) + rest;
                paid[i] = total;
                m[i] = b1[i] * m[i] + (1 - b1[i]) * g;
                v[i] = b2[i] * v[i] + (1 - b2[i]) * g * g;
                const double y = x[i] - alpha * (m[i] / sqrt(v[i]));
                x[i] = y < -1 ? -1 : y > 1 ? 1 : y;
            }
        }
        for (int i = 0; i < LANES; i++) sum += x[i] + paid[i] + lost[i];
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    const double ns = (ended.tv_sec - began.tv_sec) * 1e9 + (ended.tv_nsec - began.tv_nsec);
    printf("%.6f %.17g\n", ns / rounds / settings, sum);
    return 0;
}
