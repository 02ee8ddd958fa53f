package dev.farsight.engine.run;

import dev.farsight.engine.metrics.Evaluation;
import dev.farsight.engine.metrics.ScoredSamples;
import dev.farsight.engine.pipeline.StepResults;
import dev.farsight.engine.process.OwnRanks;
import dev.farsight.engine.process.Processes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Gives all processes the scores of all samples of an evaluation, in the order of the data. So each
 * has the same result, to the bit, and decides the same. {@value ScoredSamples#WORDS} words of 4
 * bytes a sample. Used by one thread, while the run's thread waits for the phase.
 */
final class ScoreExchange {

  private final Processes processes;
  private final OwnRanks ranks;
  private final ScoredSamples samples;
  private final int[] starts;
  private ByteBuffer own = buffer(0);
  private ByteBuffer all = buffer(0);

  /**
   * @param groupFeature that of the evaluation
   */
  ScoreExchange(Processes processes, OwnRanks ranks, int groupFeature) {
    this.processes = processes;
    this.ranks = ranks;
    samples = new ScoredSamples(groupFeature);
    starts = new int[processes.count() + 1];
  }

  /** Adds the samples of all ranks. */
  void add(StepResults results, Evaluation evaluation) {
    if (processes.isAlone()) {
      for (int rank = 0; rank < results.ranks(); rank++) {
        evaluation.add(results.batch(rank), results.input(rank));
      }
      return;
    }
    int[] sampleStarts = results.sampleStarts();
    for (int p = 0; p <= processes.count(); p++) {
      starts[p] = sampleStarts[p * ranks.count()] * ScoredSamples.WORDS;
    }
    writeOwn(results);
    all = atLeast(all, starts[processes.count()]);
    all.clear();
    processes.control().allGather(own.asFloatBuffer(), all.asFloatBuffer(), starts);
    all.clear();
    for (int rank = 0; rank < ranks.all(); rank++) {
      evaluation.add(samples.readFrom(all, sampleStarts[rank + 1] - sampleStarts[rank]));
    }
  }

  private void writeOwn(StepResults results) {
    int process = processes.number();
    own = atLeast(own, starts[process + 1] - starts[process]);
    own.clear();
    for (int rank = 0; rank < results.ranks(); rank++) {
      samples.of(results.batch(rank), results.input(rank)).writeTo(own);
    }
    own.clear();
  }

  private static ByteBuffer atLeast(ByteBuffer buffer, int words) {
    return buffer.capacity() >= words * Float.BYTES ? buffer : buffer(words);
  }

  private static ByteBuffer buffer(int words) {
    return ByteBuffer.allocateDirect(words * Float.BYTES).order(ByteOrder.nativeOrder());
  }
}
