package dev.farsight.engine.metrics;

import dev.farsight.api.FarsightException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes {@code metrics.jsonl}: an object a line, for steps and for evaluations. */
public final class MetricsFile implements AutoCloseable {

  private final Path file;
  private final BufferedWriter writer;

  public MetricsFile(Path file) {
    this.file = file;
    try {
      writer = Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be written: " + e.getMessage(), e);
    }
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
