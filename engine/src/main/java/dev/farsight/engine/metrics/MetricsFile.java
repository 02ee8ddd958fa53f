package dev.farsight.engine.metrics;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code metrics.jsonl}: one JSON object a line, for each step or evaluation. Lines are only
 * appended. The first failure to write is logged as a warning, and nothing more is written. Not
 * thread-safe.
 */
public final class MetricsFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsFile.class);

  private static final Pattern STEP = Pattern.compile("\\{\"step\":(\\d+),.*}\n?");

  private static final int MAX_LINE_BYTES = 1 << 12;

  private final Path file;

  /** Null if the file could not be opened, and after the last line. */
  private OutputStream out;

  private long length;
  private boolean complete = true;

  private MetricsFile(Path file) {
    this.file = file;
  }

  /** Begins a new file; an existing one is emptied. */
  public static MetricsFile create(Path file) {
    return new MetricsFile(file).open(0);
  }

  /**
   * Goes on with the file of an interrupted run. Lines after the checkpoint are cut off: the run
   * will write them again.
   *
   * @param step step of the checkpoint
   * @param length length of the file at the checkpoint; -1 if unknown
   */
  public static MetricsFile resume(Path file, long step, long length) {
    var metrics = new MetricsFile(file);
    try {
      long present = Files.exists(file) ? Files.size(file) : 0;
      boolean known = length >= 0 && length <= present;
      return metrics.open(known ? length : lengthUpTo(file, step));
    } catch (IOException e) {
      metrics.fail(e);
      return metrics;
    }
  }

  /**
   * Length of the complete lines before the first one of a later step; 0 if there is no file. Reads
   * a line at a time.
   */
  private static long lengthUpTo(Path file, long step) throws IOException {
    long end = 0;
    if (!Files.exists(file)) {
      return end;
    }
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      var line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        line.write(next);
        if (next == '\n' || line.size() > MAX_LINE_BYTES) {
          if (stepOf(line.toString(StandardCharsets.UTF_8)) > step) {
            return end;
          }
          end += line.size();
          line.reset();
        }
      }
    }
    return end;
  }

  /** The step of a line; 0 if it is not one of ours, which is not cut off. */
  private static long stepOf(String line) {
    Matcher matcher = STEP.matcher(line);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private MetricsFile open(long keptBytes) {
    length = keptBytes;
    try {
      try (var channel = FileChannel.open(file, CREATE, WRITE)) {
        channel.truncate(keptBytes);
      }
      out = new BufferedOutputStream(Files.newOutputStream(file, APPEND));
    } catch (IOException e) {
      fail(e);
    }
    return this;
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

  /**
   * Writes the line of an evaluation after {@code step} steps.
   *
   * @param samples how many were evaluated
   */
  public void evaluation(long step, long samples, Quality quality) {
    writeLine(
        "{\"step\":"
            + step
            + ",\"samples\":"
            + samples
            + ",\"auroc\":"
            + number(quality.auroc())
            + ",\"auprc\":"
            + number(quality.auprc())
            + ",\"accuracy\":"
            + quality.accuracy()
            + ",\"logloss\":"
            + number(quality.logloss())
            + ",\"normalised_entropy\":"
            + number(quality.normalisedEntropy())
            + ",\"calibration\":"
            + number(quality.calibration())
            + ",\"gauc\":"
            + number(quality.gauc())
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
      byte[] line = (json + "\n").getBytes(StandardCharsets.UTF_8);
      out.write(line);
      length += line.length;
    } catch (IOException e) {
      fail(e);
    }
  }

  /**
   * Hands all lines so far to the operating system: a process that is killed later does not lose
   * them. Returns the length of the file; -1 if lines are missing.
   */
  public long flush() {
    try {
      if (complete) {
        out.flush();
      }
    } catch (IOException e) {
      fail(e);
    }
    return complete ? length : -1;
  }

  private void fail(IOException e) {
    if (complete) {
      LOG.warn("{}: cannot be written, training goes on without it: {}", file, e.toString());
    }
    complete = false;
  }

  /** Whether every line so far was written. Lines may be in memory until {@link #flush}. */
  public boolean complete() {
    return complete;
  }

  /** Writes what is in memory, after the last line. A failure to do so is logged too. */
  public void finish() {
    if (out == null) {
      return;
    }
    try {
      out.close();
    } catch (IOException e) {
      fail(e);
    } finally {
      out = null;
    }
  }

  @Override
  public void close() {
    finish();
  }
}
