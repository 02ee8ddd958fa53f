package org.example.clicks;

import dev.farsight.engine.event.EvaluationEnded;
import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunFinished;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import java.io.PrintStream;

/** Prints each evaluation, and stops the run once predictions are good enough. */
final class GoodEnough implements RunListener {

  private final double entropy;
  private final PrintStream out;
  private RunControl run;

  /**
   * @param entropy a normalised entropy: the run stops once an evaluation is below it
   */
  GoodEnough(double entropy, PrintStream out) {
    this.entropy = entropy;
    this.out = out;
  }

  @Override
  public void started(RunStarted started, RunControl run) {
    this.run = run;
    out.printf("training up to %d steps%n", started.steps());
  }

  @Override
  public void progress(PhaseProgress part) {
    // At most ten a second, of parts that take long.
    if (part.total() > 0 && part.done() < part.total()) {
      out.printf("%s: %d of %d %s%n", part.phase(), part.done(), part.total(), part.unit());
    }
  }

  @Override
  public void evaluationEnded(EvaluationEnded evaluation) {
    evaluation
        .quality()
        .ifPresent(
            quality -> {
              out.printf(
                  "step %d: AUROC %.4f, normalised entropy %.4f%n",
                  evaluation.step(), quality.auroc(), quality.normalisedEntropy());
              if (quality.normalisedEntropy() < entropy) {
                run.stop();
              }
            });
  }

  @Override
  public void finished(RunFinished end) {
    out.printf("%s after %d steps%n", end.stopped() ? "good enough" : "done", end.step());
  }
}
