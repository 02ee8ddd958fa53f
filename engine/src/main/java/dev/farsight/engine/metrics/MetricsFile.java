package dev.farsight.engine.metrics;

import dev.farsight.api.FarsightException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes {@code metrics.jsonl}: one JSON object a line, for each step or evaluation. Not
 * thread-safe.
 */
public final class MetricsFile implements AutoCloseable {

  private static final Pattern STEP = Pattern.compile("\\{\"step\":(\\d+),.*}");

  private final Path file;
  private final BufferedWriter writer;

  /**
   * @param resumedStep the step from which the run resumes. Lines of later steps in an existing
   *     file are dropped; 0 drops all lines
   */
  public MetricsFile(Path file, long resumedStep) {
    this.file = file;
    try {
      List<String> kept =
          resumedStep > 0 && Files.exists(file) ? linesUpTo(resumedStep) : List.of();
      writer = Files.newBufferedWriter(file);
      for (String line : kept) {
        writeLine(line);
      }
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private List<String> linesUpTo(long step) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.takeWhile(line -> stepOf(line) <= step).toList();
    }
  }

  /** The step of a line; {@link Long#MAX_VALUE} if the line is incomplete. */
  private static long stepOf(String line) {
    Matcher matcher = STEP.matcher(line);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
  }

  /** Writes the line of a step. Steps are counted from 1. */
  public void step(long step, float loss, double samplesPerSecond, double hitRatio) {
    writeLine(
        "{\"step\":"
            + step
            + ",\"loss\":"
            + loss
            + ",\"samples_per_second\":"
            + Math.round(samplesPerSecond * 10) / 10.0
            + ",\"hit_ratio\":"
            + Math.round(hitRatio * 1e6) / 1e6
            + "}");
  }

  /** Writes the line of an evaluation after {@code step} steps. */
  public void evaluation(long step, Quality quality) {
    writeLine(
        "{\"step\":"
            + step
            + ",\"auroc\":"
            + (Double.isNaN(quality.auroc()) ? "null" : quality.auroc())
            + ",\"accuracy\":"
            + quality.accuracy()
            + ",\"logloss\":"
            + quality.logloss()
            + "}");
  }

  private void writeLine(String json) {
    try {
      writer.write(json);
      writer.newLine();
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
