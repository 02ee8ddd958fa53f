package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "eval",
    description = {
      "Evaluates a model that a run has left.",
      "What the model was made with is in it, and nothing else is needed."
    })
final class EvalCommand implements Callable<Integer> {

  /** What is said where a source misses the key that the argument DATA sets. */
  static final String NO_PATH = "farsight.data.path is not set";

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = {
        "RUN/model, or RUN.",
        "Or a configuration file, with --set model.load=RUN/model; without one, conf/quickstart.conf."
      })
  private Path model;

  @Parameters(
      index = "1..*",
      paramLabel = "DATA",
      description = {
        "Files, folders or globs to evaluate on, all rows.",
        "Needed for data that is read from files, with MODEL; not for synthetic data."
      })
  private List<Path> data = new ArrayList<>();

  EvalCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try {
      return Run.begin(shell, "eval", Trainer::openToEvaluate).with(this::setup, Trainer::evaluate);
    } catch (ConfigException e) {
      throw data.isEmpty() && isFolder() && e.getMessage().startsWith(NO_PATH) ? noData(e) : e;
    }
  }

  private Setup setup() {
    if (isFolder()) {
      return Setup.of(arguments.ofModel(model, data), shell.environment());
    }
    if (!data.isEmpty()) {
      throw new ConfigException(model + ": " + noModel());
    }
    return arguments.quickstartOr(model, shell.environment());
  }

  private boolean isFolder() {
    return model != null && Files.isDirectory(model);
  }

  private ConfigException noData(ConfigException e) {
    return new ConfigException(
        "%s: which data to evaluate on? The model reads it from files: farsight eval %s DATA"
            .formatted(model, model),
        e);
  }

  private String noModel() {
    if (!Files.exists(model)) {
      return "there is no such folder; name a run that has ended, or its model";
    }
    Optional<Path> swapped = data.stream().filter(RunFolder::isRunOrModel).findFirst();
    return swapped
        .map(
            folder ->
                "is no folder of a model, and %s is one; give the model first: farsight eval %s %s"
                    .formatted(folder, folder, model))
        .orElse(
            "is no folder of a model; if it is a configuration file, set data.path and model.load in place of DATA");
  }
}
