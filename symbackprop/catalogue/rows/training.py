"""Part E: training procedures."""

from __future__ import annotations

from symbackprop.catalogue.checks import free
from symbackprop.catalogue.execute import RowTable
from symbackprop.catalogue.probes import experiments, figures, learning, procedures, regularised
from symbackprop.catalogue.probes import structure as nets
from symbackprop.catalogue.row import Probe, row, run

XOR = "2-3-1 --data {data}/xor.csv --rate 3 --batch-size 0 --seed 3"
SLOPE = "1-1 --activation identity --loss half_squared --data {data}/slope.csv --batch-size 0 --seed 3"
PERCEPTRON = "2-1 --activation threshold --optimiser perceptron"
P, L, R, E = procedures, learning, regularised, experiments

TRAINING = RowTable("training", (
    row("S96", "gradient ascent w' = w + alpha dP/dw", "6.034 note", "train",
        Probe(P.one_ascent_step, "train"), L.learns("1-1-1", L.ONE, bias=False, loss="performance", share=0.95)),
    row("S97", "gradient descent w' = w - alpha dP/dw", "6.034 note, Gordon, slides", "train; same result as S96",
        Probe(P.ascent_and_descent, "train"), L.learns("1-1-1", L.ONE, bias=False, loss="half_squared", share=0.95)),
    row("S98", "descent guarantee", "Gordon", "prove for the tangent, first order for phi, counterexample for large eta",
        run("claims descent-step", "PROVED"), run("claims large-step", "PROVED"), Probe(P.first_order_descent, "check")),
    row("S99", "step size: too small slow, too large thrashes or diverges", "Gordon", "train, plot both",
        run(f"train {SLOPE} --epochs 60 --rate 0.05 --plot slow.svg", "C before  1.4046", writes="slow.svg"),
        run(f"train {SLOPE} --epochs 60 --rate 0.8", "C before  1.4046"), run(f"train {SLOPE} --epochs 60 --rate 5", "e+"),
        Probe(P.step_sizes, "train"), figures.chart("step-sizes")),
    row("S100", "decreasing step size over the run", "blog post, ch. III", "train with schedule", run(f"train {XOR} --half-life 500", "trained 100 epochs"),
        Probe(P.schedule, "train"), figures.chart("schedules")),
    row("S101", "two-pass scalar pseudocode", "Gordon", "generate, run, prove",
        run("prove 1-1-1-1-1", "8 of 8 partial derivatives proved"), run("compile 1-1-1-1-1 --backend source --loss half_squared", "d4_1 = a4_1*(1.0 - a4_1)*", "d1_1 = a1_1*(1.0 - a1_1)*w2_1_1*d2_1"), Probe(P.scalar_pseudocode, "generate run")),
    row("S102", "vectorised pseudocode, general L", "Gordon", "generate NumPy, run, prove",
        Probe(P.vectorised_pseudocode, "generate run"),
        run("compile 30-40-20-10 --backend numpy --loss half_squared", "dot(D2T, A1, gW2)", "dot(D2, W2, D1)"), run("theorem backprop", "PROVED  BP2")),
    row("S103", "updates computed from the OLD weights", "implied by Gordon, slides", "train, check", Probe(P.old_weights, "train check")),
    row("S104", "online learning", "Gordon, slides, blog", "train; n updates per pass",
        run("train 2-3-1 --data {data}/xor.csv --batch-size 1 --epochs 1 --json", '"updates_per_epoch": 4'), Probe(P.online_updates, "train")),
    row("S105", "offline (batch) learning: averaged deltas, one update", "Gordon, slides", "train; equals gradient of the mean",
        run("train 2-3-1 --data {data}/xor.csv --batch-size 0 --epochs 1 --json", '"updates_per_epoch": 1'), Probe(P.batch_update, "train"), run("theorem batch", "PROVED  batch mean, weight")),
    row("S106", 'learning "epochs" = random subsets without replacement', "Gordon", "train; name clash with epoch",
        run("train 2-3-1 --data {data}/xor.csv --batch-size 2 --epochs 1 --json", '"updates_per_epoch": 2'), Probe(P.minibatches, "train")),
    row("S107", "online is sequential, offline can run in parallel", "Gordon", "vectorised batch trainer", run("compile 30-40-20-10 --backend numpy --loss half_squared", "dot(D2T, A1, gW2)", "dot(D2, W2, D1)"),
        Probe(E.batch_is_vectorised, "run train")),
    row("S108", "claims: online converges faster, offline fewer errors", "Gordon, slides", "measure, do not assert", Probe(E.online_or_batch, "measure"), figures.chart("online-and-batch")),
    row("S109", "batch network training pseudocode", "slides", "run literally", Probe(P.literal_batch, "run")),
    row("S110", "online network training pseudocode", "slides", "run literally", Probe(P.literal_online, "run")),
    row("S111", "gradient descent with backpropagation, steps 1-5", "slides", "run literally, check",
        Probe(P.literal_five_steps, "run check"), run("theorem batch", "PROVED  batch mean, bias")),
    row("S112", "perceptron training rule", "slides", "train; detect non-convergence on XOR",
        run(f"train {PERCEPTRON} --data {{data}}/and.csv", "converged", "4 of 4 right"),
        run(f"train {PERCEPTRON} --data {{data}}/xor.csv", "never converges", status=1), Probe(nets.perceptron_learns, "train")),
    row("S113", "initial weights: small random numbers", "slides, Gordon", "trainer option, seeded", run(f"train {XOR} --init small", "trained 100 epochs"), Probe(P.seeded_start, "train")),
    row("S114", "stopping criteria", "slides", "trainer options",
        run(f"train {XOR} --epochs 3000 --stop-below 0.01", "stopped   error"), Probe(P.stopping, "train")),
    row("S115", "one pass over the data", "blog post, ch. III", "trainer option",
        run("train 2-3-1 --data {data}/xor.csv --epochs 1", "trained 1 epochs"), Probe(P.one_pass, "train")),
    row("S116", "each weight changed separately", "blog post, ch. III", "check: simultaneous step may increase the loss",
        run("claims weights-together --false", "PROVED", "REFUTED"),
        free("w,v", r"(w+v)^2 > (w-3+v)^2", status=1), free("w", r"\frac{d}{dw} (w+1)^2 = 2(w+1)")),
    row("S117", "1000 random restarts, keep the best", "blog post, ch. III", "trainer option",
        run(f"train {XOR} --epochs 20 --restarts 1000", "restarts  1000 runs"), Probe(P.thousand_restarts, "train")),
    row("S118", "exhaustive search over a finite encoding", "blog post, ch. III", "run with a tiny encoding, count",
        run("train 2-1 --data {data}/and.csv --search 2", "64 rounds"),
        run("claims exhaustive-search", "2^768"), run("claims search {nets}/nine_neurons.toml 64 2^768", "PROVED"),
        run("claims search 2-1 2 2^6", "PROVED"), Probe(P.tiny_search, "run count")),
    row("S119", 'local minima: large nets "inevitably" stuck', "blog post, ch. III", "check (not for convex cases)", Probe(P.convex_case, "check"), Probe(E.stuck, "measure")),
    row("S120", "momentum", "slides", "trainer option",
        run(f"train {XOR} --optimiser momentum", "trained 100 epochs"), Probe(R.momentum, "train")),
    row("S121", "norm constraint", "slides", "trainer option (projection)",
        run(f"train {XOR} --max-norm 3", "trained 100 epochs"), Probe(R.norm_constraint, "train")),
    row("S122", "dropout", "slides", "trainer option, derive with mask", run("theorem dropout", "PROVED  BP2 with a mask"),
        run(f"train {XOR} --dropout 0.2", "trained 100 epochs"), Probe(R.dropout, "train")),
    row("S123", "batch normalisation", "slides", "derive full Jacobian, trainer option",
        run("theorem batch-norm", "PROVED  Jacobian of batch normalisation", "PROVED  batch normalisation, by x"),
        run("train 2-5-1 --activation tanh --output-activation identity --loss half_squared --batch-norm --data {data}/xor.csv --rate 0.5",
            "within", "trained 100 epochs"), Probe(R.batch_norm, "train")),
    row("S124", "data augmentation", "slides", "input transformation hook", run(f"train {XOR} --jitter 0.05", "trained 100 epochs"), Probe(R.augmentation, "train")),
    row("S125", "early stopping", "slides", "trainer option with validation set",
        run("train 1-3-1 --data {data}/line.csv --epochs 2000 --rate 1 --test 0.3 --patience 20", "stopped   no better", "held out"), Probe(R.early_stopping, "train")),
    row("S126", "pretraining", "slides", "start from given weights",
        run(f"train {XOR} --save before.npz", "trained 100 epochs", writes="before.npz"),
        run("train 2-3-1 --data {data}/and.csv --start before.npz", "begins with W1, b1, W2, b2"), Probe(R.pretraining, "train")),
    row("S127", "architecture fixed, only weights learnt", "blog post, ch. III", "separate architecture and weights objects",
        Probe(R.architecture_and_weights, "run")),
    row("S128", "training pairs, overfitting and generalisation", "blog, Gordon", "train/test split, report both",
        run("train 1-3-1 --data {data}/line.csv --epochs 500 --rate 1 --test 0.3", "held out"), Probe(R.split, "train")),
    row("S129", "gradient descent in weight space", "slides", "plot path on a 2-weight surface", Probe(P.path_on_a_surface, "train"), figures.chart("surface")),
))  # fmt: skip
