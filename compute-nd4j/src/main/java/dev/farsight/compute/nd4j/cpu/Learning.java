package dev.farsight.compute.nd4j.cpu;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * What a step does with the gradients of parameters, once they are complete for the samples of this
 * rank: {@link LearningAlone} updates at once, {@link LearningTogether} first sums them over ranks.
 * Kernels ask when they are compiled.
 */
interface Learning {

  /** Takes the gradients of one dense parameter. */
  interface Dense {

    /** Takes those of {@code count} values from {@code at}: the first of {@code gradient}. */
    void take(int at, FloatBuffer gradient, int count, Scratch scratch);
  }

  /** Called once for each dense parameter that learns. */
  Dense of(StepParts parts, DenseParameter parameter);

  /**
   * What sums the gradients of each row's lookups, and takes them.
   *
   * @param bags gradients of bags, [samples][features][dim]
   */
  List<? extends Update> rows(StepParts parts, Matrix bags, Winners winners);
}
