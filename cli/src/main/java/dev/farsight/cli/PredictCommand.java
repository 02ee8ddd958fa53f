package dev.farsight.cli;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.predict.Predictions;
import dev.farsight.engine.predict.Predictions.Outcome;
import dev.farsight.engine.predict.Predictions.Target;
import dev.farsight.engine.predict.Predictor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "predict",
    description = {
      "Writes the probabilities that a model gives to the rows of data.",
      "What the model was made with is in it, and nothing else is needed."
    })
final class PredictCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = {
        "RUN/model, RUN (its model or, if it has none, its last checkpoint), RUN/checkpoints (the last one), or a checkpoint.",
        "Or a configuration file, with --model."
      })
  private Path model;

  @Parameters(
      index = "1..*",
      paramLabel = "DATA",
      description = "Files, folders or globs to read, all rows; not with a configuration file.")
  private List<Path> data = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "The model, if the first argument is a configuration file.")
  private Path modelOfConf;

  @Option(
      names = "--in",
      paramLabel = "DATA",
      description = "Files, folders or globs to read, all rows, with --model. May be repeated.")
  private List<Path> in = new ArrayList<>();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File to make, with a row for each row read; .csv, .npy or .parquet.")
  private Path out;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "csv, npy, parquet, or a plugin's; by the name of FILE if not given.")
  private String format;

  @Option(
      names = "--columns",
      paramLabel = "NAME,...",
      split = ",",
      description = "Columns of the data to copy, before the probability; not to npy.")
  private List<String> columns = new ArrayList<>();

  @Option(
      names = "--logits",
      description = "Write logits too, before the probability; to npy in place of probabilities.")
  private boolean logits;

  PredictCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    boolean conf = modelOfConf != null;
    Path given = conf ? modelOfConf : model;
    requireModel(given, conf);
    PathCheck.newFile("--out", out);
    Path from = new RunFolder(given).modelOrCheckpoints();
    var user =
        conf
            ? arguments.toPredict(from, requiredConf(), in, "--in")
            : arguments.toPredict(from, null, data, "the argument DATA");
    try (Setup setup = Setup.of(user, shell.environment())) {
      SortedSet<String> formats = Predictions.formats(setup.components());
      var target = new Target(out, format(formats), columns, logits);
      shell
          .interrupt()
          .endWith(() -> LeftBehind.unfinishedFolder(out).print("ended at once", shell.out()));
      print(predict(setup, from, target));
      return 0;
    } catch (ConfigException e) {
      boolean noData = data.isEmpty() && !conf && e.getMessage().startsWith(EvalCommand.NO_PATH);
      throw noData
          ? new ConfigException(
              "%s: which data? The model reads it from files: farsight predict %s DATA --out %s"
                  .formatted(model, model, out),
              e)
          : e;
    } finally {
      shell.interrupt().nothingToStop();
    }
  }

  private Outcome predict(Setup setup, Path from, Target target) {
    try (var progress = ProgressDisplay.on(shell)) {
      progress.phase("loading " + from);
      Config farsight = setup.farsight();
      try (var predictor = Predictor.open(farsight, setup.components(), from)) {
        return Predictions.write(predictor, target, progress);
      }
    }
  }

  private void requireModel(Path given, boolean conf) {
    if (given == null) {
      throw new ConfigException("which model? farsight predict MODEL DATA --out FILE");
    }
    if (!conf && !in.isEmpty()) {
      throw new ConfigException("--in: is for --model; with the argument MODEL, DATA follows it");
    }
    if (!Files.exists(given)) {
      throw new ConfigException(
          given
              + ": there is no such folder; name a run that has ended, its model, or a checkpoint");
    }
    if (!Files.isDirectory(given)) {
      throw new ConfigException(
          given
              + ": is no folder of a model; if it is a configuration file, name the model with --model and the data with --in");
    }
  }

  private Path requiredConf() {
    if (model == null || !data.isEmpty()) {
      throw new ConfigException(
          "--model: needs one configuration file before it, and data by --in: farsight predict CONF --model MODEL --in DATA --out FILE");
    }
    return model;
  }

  private String format(SortedSet<String> formats) {
    if (format != null) {
      return format;
    }
    String name = out.getFileName().toString();
    String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (name.indexOf('.') < 0 || !formats.contains(suffix)) {
      throw new ConfigException(
          "--out: "
              + Quoted.of(name)
              + " does not tell the format; let it end in ."
              + String.join(", .", formats)
              + ", or give --format");
    }
    return suffix;
  }

  private void print(Outcome outcome) {
    if (outcome.badRows() > 0) {
      shell.out().println("bad rows: " + Amount.count(outcome.badRows()) + " left out");
    }
    if (outcome.truncatedBags() > 0) {
      shell.out().println("bags: " + Amount.count(outcome.truncatedBags()) + " truncated");
    }
    shell.out().println(Amount.count(outcome.samples()) + " rows predicted, in " + out);
  }
}
