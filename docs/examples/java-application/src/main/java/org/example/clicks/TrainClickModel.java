package org.example.clicks;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Trains a model until it is good enough, evaluates what was saved, and looks into it:
 *
 * <pre>TrainClickModel FOLDER [KEY=VALUE ...]</pre>
 */
public final class TrainClickModel {

  private static final double GOOD_ENOUGH = 0.82;

  private TrainClickModel() {}

  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      System.err.println("usage: TrainClickModel FOLDER [KEY=VALUE ...]");
      System.exit(2);
    }
    try {
      run(Path.of(args[0]), Arrays.asList(args).subList(1, args.length), System.out);
    } catch (FarsightException e) {
      System.err.println(e.getMessage()); // one line: what, where, what to do
      System.exit(1);
    }
  }

  static Report run(Path folder, List<String> overrides, PrintStream out) throws IOException {
    var clicks = new ClickModel(overrides);
    Report trained = clicks.train(folder.resolve("training"), new GoodEnough(GOOD_ENOUGH, out));
    out.printf(
        "%d samples in %d ms, hit ratio %.1f %%%n",
        trained.trainSamples(), trained.trainTime().toMillis(), 100 * trained.hitRatio());

    Path model = folder.resolve("training").resolve("model");
    Path evaluation = folder.resolve("evaluation");
    Report evaluated = clicks.evaluate(model, evaluation);
    FloatBuffer logits = Npy.floats(evaluation.resolve("predictions.npy"));
    out.printf(
        "evaluated %d samples: AUROC %.4f, first prediction %.3f%n",
        evaluated.evaluationSamples(),
        evaluated.quality().orElseThrow().auroc(),
        1 / (1 + Math.exp(-logits.get(0))));

    Embeddings users = Embeddings.read(model, "C2");
    out.printf(
        "%d rows of C2 were trained; most like row 0 is row %d%n", users.size(), users.nearest(0));
    return evaluated;
  }
}
