package dev.farsight.engine.predict;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.export.ScoreWriter;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.progress.ProgressMeter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;

/**
 * Scores data and writes a file with a row for each sample, in the order of the data:
 *
 * <pre>
 * var file = new Predictions.Target(Path.of("scores.csv"), "csv", List.of("id"), false);
 * Predictions.write(predictor, file, RunListener.NONE);
 * </pre>
 *
 * <p>The data is that of the predictor's configuration: all samples of {@code data.path} with
 * {@code data.eval-fraction = 1}, otherwise those for evaluation. {@code serving.threads} batches
 * are scored at the same time. <b>Memory</b> does not depend on the size of the data.
 */
public final class Predictions {

  private Predictions() {}

  /**
   * What is written.
   *
   * @param file must not exist; it is there once it is complete
   * @param format one of {@link #formats}
   * @param fields names of fields of the data that are copied, for csv and other formats of
   *     columns; npy has none
   * @param logits whether logits are written beside probabilities; npy has them instead
   */
  public record Target(Path file, String format, List<String> fields, boolean logits) {

    public Target {
      fields = List.copyOf(fields);
    }
  }

  /**
   * What was read and written.
   *
   * @param samples how many were scored
   * @param badRows rows left out because they were malformed
   * @param truncatedBags bags cut short because they had too many lookups
   */
  public record Outcome(long samples, long badRows, long truncatedBags) {}

  /** The names of the formats that scores are written in. */
  public static SortedSet<String> formats(Components components) {
    return ScoreFormats.names(components);
  }

  /**
   * Scores the data of the predictor's configuration.
   *
   * @throws ConfigException if a setting, the format or the fields are wrong, or if the model was
   *     made with other settings
   * @throws dev.farsight.api.FarsightException if the data cannot be read, or the file not be
   *     written; nothing is left behind then
   */
  public static Outcome write(Predictor predictor, Target target, RunListener progress) {
    requireFormat(target, predictor.components());
    requireNames(target);
    progress.phase("opening data");
    try (RunData data = predictor.data().open(target.fields())) {
      data.prepare(progress);
      var meter =
          ProgressMeter.begin(progress, "predicting", Math.max(0, data.evalSamples()), "rows");
      Outcome outcome = write(predictor, data, target, meter);
      meter.end();
      return outcome;
    }
  }

  private static void requireFormat(Target target, Components components) {
    SortedSet<String> known = formats(components);
    if (!known.contains(target.format())) {
      throw new ConfigException(
          "format "
              + Quoted.of(target.format())
              + " is none of "
              + String.join(", ", known)
              + Nearest.question(target.format(), known));
    }
    if (target.format().equals(ScoreFormats.NPY) && !target.fields().isEmpty()) {
      throw new ConfigException(
          "npy has room for scores alone, not for "
              + String.join(", ", target.fields())
              + "; choose another format, such as csv");
    }
  }

  private static void requireNames(Target target) {
    var names = new ArrayList<>(target.fields());
    names.add("probability");
    if (target.logits()) {
      names.add("logit");
    }
    for (String name : names) {
      if (Collections.frequency(names, name) > 1) {
        throw new ConfigException("two columns would be named " + Quoted.of(name));
      }
    }
  }

  private static Outcome write(
      Predictor predictor, DataSource data, Target target, ProgressMeter meter) {
    Path partial = target.file().resolveSibling(target.file().getFileName() + ".partial");
    var columns = new ScoreWriter.Columns(target.fields(), target.logits());
    try {
      Files.createDirectories(partial.toAbsolutePath().getParent());
      DurableFiles.delete(partial);
      Outcome outcome;
      try (BatchSource samples = data.eval();
          var out = ScoreFormats.open(target.format(), predictor.components(), partial, columns);
          var pass = new ScoringPass(predictor, data.schema(), predictor.data().capacity())) {
        var count = new long[1];
        pass.run(
            samples,
            out,
            written -> {
              count[0] += written;
              meter.add(written);
            });
        outcome = new Outcome(count[0], samples.badRows(), samples.truncatedBags());
      }
      DurableFiles.force(partial);
      DurableFiles.rename(partial, target.file());
      return outcome;
    } catch (IOException e) {
      Closing.after(e, () -> DurableFiles.delete(partial));
      throw DurableFiles.unwritable(target.file(), e);
    } catch (RuntimeException | Error e) {
      Closing.after(e, () -> DurableFiles.delete(partial));
      throw e;
    }
  }
}
