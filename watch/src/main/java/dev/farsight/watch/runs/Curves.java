package dev.farsight.watch.runs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import dev.farsight.api.FarsightException;
import dev.farsight.watch.History;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The course of a run, from its {@code metrics.jsonl}, in a bounded number of points: training in
 * {@code [step, loss]}, evaluations in {@code [step, auroc, logloss]}. What is undefined is NaN.
 * One pass over the file; a last line that is cut off is left out.
 */
public record Curves(List<double[]> training, List<double[]> evaluations) {

  /** The line of a step, which is most of the file. */
  private static final Pattern STEP =
      Pattern.compile("\\{\"step\":(\\d+),\"loss\":(null|[-+.0-9eE]+),.*}");

  static Curves read(Path file) {
    var training = new History(1);
    var evaluations = new History(2);
    if (Files.exists(file)) {
      try (BufferedReader lines = Files.newBufferedReader(file)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          Matcher step = STEP.matcher(line);
          if (step.matches()) {
            training.add(Long.parseLong(step.group(1)), number(step.group(2)));
          } else if (line.endsWith("}")) {
            addEvaluation(line, evaluations);
          }
        }
      } catch (IOException | ConfigException | NumberFormatException e) {
        throw new FarsightException(file + ": cannot be read: " + e.getMessage(), e);
      }
    }
    return new Curves(training.points(), evaluations.points());
  }

  private static void addEvaluation(String line, History evaluations) {
    Config json =
        ConfigFactory.parseString(line, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
    evaluations.add(json.getLong("step"), value(json, "auroc"), value(json, "logloss"));
  }

  private static double value(Config json, String name) {
    return json.hasPath(name) ? json.getDouble(name) : Double.NaN;
  }

  private static double number(String text) {
    return text.equals("null") ? Double.NaN : Double.parseDouble(text);
  }
}
