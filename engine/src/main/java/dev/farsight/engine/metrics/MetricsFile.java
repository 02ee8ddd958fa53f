package dev.farsight.engine.metrics;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code metrics.jsonl}: one JSON object a line, for each step or evaluation. The first
 * failure to write is logged as a warning, and nothing more is written. Not thread-safe.
 */
public final class MetricsFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsFile.class);

  private static final Pattern STEP = Pattern.compile("\\{\"step\":(\\d+),.*}");

  private final Path file;

  /** Null if the file could not be opened, and after the last line. */
  private BufferedWriter writer;

  private boolean complete = true;

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
    } catch (IOException | UncheckedIOException e) {
      fail(e);
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
            + number(loss)
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
            + number(quality.auroc())
            + ",\"accuracy\":"
            + quality.accuracy()
            + ",\"logloss\":"
            + number(quality.logloss())
            + "}");
  }

  /** JSON has no infinite values and no NaN. */
  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "null";
  }

  /** As its shortest float, which is shorter than its shortest double. */
  private static String number(float value) {
    return Float.isFinite(value) ? Float.toString(value) : "null";
  }

  private void writeLine(String json) {
    if (!complete) {
      return;
    }
    try {
      writer.write(json);
      writer.newLine();
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(Exception e) {
    if (complete) {
      LOG.warn("{}: cannot be written, training goes on without it: {}", file, e.toString());
    }
    complete = false;
  }

  /** Whether every line so far was written. Lines may be in memory until {@link #finish}. */
  public boolean complete() {
    return complete;
  }

  /** Writes what is in memory, after the last line. A failure to do so is logged too. */
  public void finish() {
    if (writer == null) {
      return;
    }
    try {
      writer.close();
    } catch (IOException e) {
      fail(e);
    } finally {
      writer = null;
    }
  }

  @Override
  public void close() {
    finish();
  }
}
