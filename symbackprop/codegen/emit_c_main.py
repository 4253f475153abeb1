"""Prints what makes generated C a program of its own: a `main` that checks the gradient above it against central differences."""

from __future__ import annotations

from symbackprop.networks import Network

MOST = 200  # parameters that are checked: evenly spread over those of a larger net

_MAIN = r"""
/* the gradient above against central differences, at a random point:   cc -O3 -march=native FILE -lm && ./a.out */
#include <stdio.h>
#ifndef RULES
enum { PARAMETERS = @PARAMETERS@, INPUTS = @INPUTS@, OUTPUTS = @OUTPUTS@, SAMPLES = 5 };
static real theta[PARAMETERS], grad[PARAMETERS], spare[PARAMETERS], X[SAMPLES * INPUTS], Y[SAMPLES * OUTPUTS];
static double drawn_number(void) { /* between 0 and 1 */
    static uint64_t state = 1;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(state >> 11) / 9007199254740992.0;
}
static double loss_at(real *to) {
    memset(to, 0, sizeof grad);
@CALL@
}
int main(void) {
    double worst = 0;
    long checked = 0;
    for (long k = 0; k < PARAMETERS; k++) theta[k] = @SPREAD@ * (2 * drawn_number() - 1);
    for (long k = 0; k < SAMPLES * INPUTS; k++) X[k] = 2 * drawn_number() - 1;
    for (long i = 0; i < SAMPLES; i++) {
        double total = 0;
        for (long j = 0; j < OUTPUTS; j++) total += Y[i * OUTPUTS + j] = drawn_number();
        if (@NORMAL@) for (long j = 0; j < OUTPUTS; j++) Y[i * OUTPUTS + j] /= total;
    }
    loss_at(grad);
    for (long k = 0; k < PARAMETERS; k += (PARAMETERS + @MOST@ - 1) / @MOST@, checked++) {
        const real kept = theta[k];
        double apart = 1;
        for (double h = 1e-5; h > 1e-8 && apart > 1e-6; h /= 10) { /* a shorter step where one runs over a kink */
            theta[k] = kept + h;
            const double above = loss_at(spare);
            theta[k] = kept - h;
            apart = fabs((above - loss_at(spare)) / (2 * h) - grad[k]);
        }
        theta[k] = kept;
        if (!(apart <= worst)) worst = apart;
    }
    printf("gradient check: largest difference %.1e over %ld parameters\n", worst, checked);
    return worst < 1e-6 ? 0 : 1;
}
#endif
"""


def main(net: Network, parameters: int, dense: bool) -> str:
    """The end of a file in double precision, for the matrix form or the unrolled one."""
    call = "    return gradient(theta, X, Y, SAMPLES, to);"
    if dense:
        call = "    real loss = 0;\n    if (gradient(theta, X, Y, SAMPLES, to, &loss)) exit(2); /* no memory */\n    return loss;"
    facts = {
        "PARAMETERS": parameters, "INPUTS": len(net.inputs), "OUTPUTS": len(net.outputs), "MOST": MOST, "CALL": call,
        "NORMAL": int(net.loss.targets_sum_to_one), "SPREAD": 1.0 if parameters <= MOST else 0.3,
    }  # fmt: skip
    text = _MAIN
    for name, value in facts.items():
        text = text.replace(f"@{name}@", str(value))
    return text
