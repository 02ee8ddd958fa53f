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

/** Writes {@code metrics.jsonl}: an object a line, for steps and for evaluations. */
public final class MetricsFile implements AutoCloseable {

  private static final Pattern STEP = Pattern.compile("\\{\"step\":(\\d+),.*}");

  private final Path file;
  private final BufferedWriter writer;

  /**
   * @param resumed the step to go on from: what an interrupted run wrote beyond it is dropped; 0
   *     drops everything
   */
  public MetricsFile(Path file, long resumed) {
    this.file = file;
    try {
      List<String> kept = resumed > 0 && Files.exists(file) ? upTo(resumed) : List.of();
      writer = Files.newBufferedWriter(file);
      for (String line : kept) {
        line(line);
      }
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private List<String> upTo(long resumed) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.takeWhile(line -> stepOf(line) <= resumed).toList();
    }
  }

  /** The step of a line; beyond all others where the line was cut off. */
  private static long stepOf(String line) {
    Matcher matcher = STEP.matcher(line);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
  }

  /** A step, counted from 1. */
  public void step(long step, float loss, double samplesPerSecond, double hitRatio) {
    line(
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

  /** An evaluation after so many steps. */
  public void evaluation(long step, Quality quality) {
    line(
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

  private void line(String json) {
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
