package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.datasets.criteo.CriteoWriter;
import dev.farsight.datasets.csv.CsvWriter;
import dev.farsight.datasets.synthetic.SyntheticSource;
import dev.farsight.engine.progress.ProgressMeter;
import java.nio.file.Path;

/** Writes synthetic rows, with progress, and says how to train on them. */
final class SynthRows {

  private static final int CHUNK = 1 << 12;

  private final Shell shell;
  private final Path file;
  private final Format asked;
  private volatile boolean stopped;

  enum Format {
    criteo,
    csv
  }

  /** Ends the writing. */
  private static final class Stopped extends RuntimeException {

    private static final long serialVersionUID = 1;

    Stopped() {
      super("stopped", null, false, false);
    }
  }

  /**
   * @param asked null: by the shape of the data
   */
  SynthRows(Shell shell, Path file, Format asked) {
    this.shell = shell;
    this.file = file;
    this.asked = asked;
  }

  /**
   * Writes all samples of a source, and the configuration beside them.
   *
   * @throws ConfigException if another configuration is there
   */
  void write(SyntheticSource source, SynthSettings settings) {
    Format format = asked;
    if (format == null) {
      format = CriteoWriter.takes(source.schema()) ? Format.criteo : Format.csv;
    }
    settings.reading(
        format == Format.criteo
            ? CriteoWriter.settings(file, source.schema())
            : CsvWriter.settings(file, source.schema()));
    settings.requireNoOther();
    shell
        .interrupt()
        .stopWith(
            () -> stopped = true,
            () -> LeftBehind.unfinished(file).print("ended at once", shell.out()));
    long written;
    try (var progress = ProgressDisplay.on(shell)) {
      long total = source.trainSamples() + source.evalSamples();
      var meter = ProgressMeter.begin(progress, "writing " + file.getFileName(), total, "rows");
      written = write(source, format, meter);
      meter.end();
    } catch (Stopped e) {
      shell.out().println("stopped; nothing was written");
      return;
    } finally {
      shell.interrupt().nothingToStop();
    }
    shell.out().println(Amount.count(written) + " rows written to " + file);
    settings.write();
    shell.out().println("to train on them: farsight train " + settings.file());
  }

  private long write(SyntheticSource source, Format format, ProgressMeter meter) {
    Runnable chunkDone =
        () -> {
          meter.add(CHUNK);
          if (stopped) {
            throw new Stopped();
          }
        };
    return format == Format.criteo
        ? new CriteoWriter(file).write(source, CHUNK, chunkDone)
        : new CsvWriter(file).write(source, CHUNK, chunkDone);
  }
}
