package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
      description = "Files, folders or globs to evaluate on, all rows.")
  private List<Path> data = new ArrayList<>();

  EvalCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return Run.begin(shell, "eval", Trainer::openToEvaluate).with(this::setup, Trainer::evaluate);
  }

  private Setup setup() {
    if (model != null && Files.isDirectory(model)) {
      return Setup.of(arguments.ofModel(model, data), shell.environment());
    }
    if (!data.isEmpty()) {
      throw new ConfigException(
          model
              + ": is no folder of a model; with a configuration file, set data.path and model.load");
    }
    return arguments.quickstartOr(model, shell.environment());
  }
}
