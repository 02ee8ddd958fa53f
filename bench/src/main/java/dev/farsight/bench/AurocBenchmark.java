package dev.farsight.bench;

import dev.farsight.engine.metrics.RankedScores;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Samples a second whose AUROC is computed, of a million at once. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AurocBenchmark {

  public static final int SAMPLES = 1_000_000;

  private final float[] scores = new float[SAMPLES];
  private final byte[] labels = new byte[SAMPLES];

  @Setup
  public void draw() {
    var random = new SplittableRandom(5);
    for (int s = 0; s < SAMPLES; s++) {
      scores[s] = (float) (random.nextDouble() * 8 - 4);
      labels[s] = (byte) (random.nextDouble() < .25 ? 1 : 0);
    }
  }

  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public double auroc() {
    var ranked = new RankedScores();
    for (int s = 0; s < SAMPLES; s++) {
      ranked.add(scores[s], labels[s] == 1);
    }
    return ranked.areas().auroc();
  }
}
