package dev.farsight.cli;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.datasets.prepare.FileSums;
import dev.farsight.datasets.prepare.Job;
import dev.farsight.datasets.prepare.Preparation;
import dev.farsight.datasets.prepare.Preparation.Outcome;
import dev.farsight.engine.Version;
import dev.farsight.engine.build.Specs;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.progress.ProgressMeter;
import dev.farsight.engine.settings.EngineSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Prepares data with progress, and says what there is then. */
final class PrepareData {

  private static final String GOES_ON = "the same command goes on from the last complete part";

  private final Shell shell;
  private final Components components;
  private final EngineSettings settings;
  private final Settings data;
  private final Path folder;
  private volatile boolean stopped;

  /** What the work came to, and how long it took. */
  private record Result(Outcome outcome, boolean labelled, double seconds) {}

  PrepareData(Shell shell, Components components, EngineSettings settings, Path folder) {
    this.shell = shell;
    this.components = components;
    this.settings = settings;
    this.data = settings.farsight().section("data");
    this.folder = folder;
  }

  /**
   * @param given what earlier data was found to be like; empty if it is found out anew
   * @param conf the file that the settings are from; empty if none was named
   */
  void write(long partRows, Optional<Path> given, Optional<Path> conf) {
    shell.interrupt().endWith(this::tellEnded);
    Result result;
    try (var progress = ProgressDisplay.on(shell);
        var preparation = Preparation.open(folder, job(partRows, given))) {
      result = write(preparation, given, progress);
    } finally {
      shell.interrupt().nothingToStop();
    }
    print(result.outcome(), result.labelled(), result.seconds(), conf);
  }

  private Result write(Preparation preparation, Optional<Path> given, ProgressDisplay progress) {
    progress.phase(Specs.openingData(settings));
    Optional<FittedData> fitted =
        preparation.fitted().or(() -> given).map(known -> new FittedData(known, false));
    try (RunData source = Specs.openInOrder(settings, components, fitted)) {
      source.prepare(progress);
      shell.interrupt().stopWith(this::stop, this::tellEnded);
      var meter = ProgressMeter.begin(progress, "preparing", rows(source), "rows");
      meter.add(preparation.writtenBefore());
      long start = System.nanoTime();
      Outcome outcome = preparation.write(source, settings.batchSize(), meter::add, () -> stopped);
      meter.end();
      double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
      return new Result(outcome, source.schema().labelled(), seconds);
    }
  }

  private Job job(long partRows, Optional<Path> given) {
    // What is prepared of prepared data is of the same source.
    Settings origin = Specs.withOrigin(settings.farsight(), components, true).section("data");
    try {
      return Job.of(
          Version.number(),
          origin,
          components.sources().keySet(),
          settings.seed(),
          partRows,
          given.isPresent() ? FileSums.ofFolder(given.get()) : new TreeMap<>());
    } catch (IOException e) {
      throw DurableFiles.unreadable(given.orElseThrow(), e);
    }
  }

  /** 0 if the source does not know. */
  private static long rows(DataSource source) {
    boolean known =
        source.trainSamples() != DataSource.UNKNOWN && source.evalSamples() != DataSource.UNKNOWN;
    return known ? source.trainSamples() + source.evalSamples() : 0;
  }

  private void stop() {
    shell.out().println("stopping after this batch; Ctrl-C again ends at once");
    stopped = true;
  }

  private void tellEnded() {
    shell.out().println("ended at once; " + GOES_ON);
  }

  private void print(Outcome outcome, boolean labelled, double seconds, Optional<Path> conf) {
    PrintStream out = shell.out();
    long train = outcome.samples(false);
    long eval = outcome.samples(true);
    String size =
        Amount.bytes(outcome.bytes())
            + " in "
            + Amount.count(outcome.parts().size())
            + (outcome.parts().size() == 1 ? " part" : " parts");
    switch (outcome.state()) {
      case STOPPED ->
          out.println(
              "stopped: "
                  + Amount.count(train + eval)
                  + " rows are complete, "
                  + size
                  + "; "
                  + GOES_ON);
      case WAS_COMPLETE ->
          out.println(
              folder
                  + " is complete: "
                  + Amount.count(train)
                  + " rows for training, "
                  + Amount.count(eval)
                  + " for evaluation, "
                  + size
                  + "; nothing was done");
      case DONE -> {
        out.println(rows("training  ", train, outcome.trainClicks(), labelled));
        out.println(rows("evaluation", eval, outcome.evalClicks(), labelled));
        out.println("bad rows    " + Amount.count(outcome.badRows()) + " left out");
        if (outcome.truncatedBags() > 0) {
          out.println("bags        " + Amount.count(outcome.truncatedBags()) + " truncated");
        }
        out.println("size        " + size);
        out.println(
            "speed       " + Amount.count(Math.round(outcome.written() / seconds)) + " rows/s");
      }
    }
    if (outcome.state() != Preparation.State.STOPPED) {
      out.println("to train on it: " + training(conf, train > 0, eval > 0));
    }
  }

  private static String rows(String what, long rows, long clicks, boolean labelled) {
    String rate =
        labelled && rows > 0
            ? String.format(Locale.ROOT, ", %.2f %% clicks", 100.0 * clicks / rows)
            : "";
    return what + "  " + Amount.count(rows) + " rows" + rate;
  }

  /** The command that trains on the prepared data, split as it was prepared. */
  private String training(Optional<Path> conf, boolean trains, boolean evaluates) {
    var command = new StringBuilder("farsight train");
    conf.ifPresent(file -> command.append(' ').append(file));
    command.append(" --set data.source=npy --set data.path=").append(folder);
    if (data.has("eval-path")) {
      command.append(" --set data.eval-path=null");
    }
    if (data.has("multi-hot")) {
      command.append(" --set data.multi-hot=null");
    }
    if (data.section("eval-where").has("column")) {
      command.append(" --set data.eval-where.column=null");
    }
    double share = data.share("eval-fraction", 0, 1);
    if (trains && evaluates && (share == 0 || share == 1)) {
      command.append(" --set data.eval-fraction=0.5"); // any: the parts tell
    } else if (!evaluates && share > 0) {
      command.append(" --set data.eval-fraction=0");
    }
    return command.toString();
  }
}
