package dev.farsight.cli;

import dev.farsight.api.compute.ComputeFactory.Availability;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Offer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "list",
    description = "Lists what there is to choose from, and whether it can run here.")
final class ListCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "Configuration file, for its plugins.path.")
  private Path file;

  ListCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try (Setup setup = arguments.defaultsOr(file, shell.environment())) {
      var table = new TextTable("KIND", "NAME", "CHOSEN BY", "PLUGIN", "FROM", "RUNS HERE");
      for (Offer offer : setup.components().offers()) {
        table.row(
            List.of(
                offer.kind().title(),
                offer.name(),
                offer.kind().chosenBy(),
                offer.plugin(),
                offer.from(),
                runsHere(offer, setup.components())));
      }
      table.print(shell.out());
      return 0;
    }
  }

  private static String runsHere(Offer offer, Components components) {
    return switch (offer.kind()) {
      case COMPUTE -> text(components.computes().get(offer.name()).probe());
      case STORE -> text(components.stores().get(offer.name()).probe());
      case COLLECTIVE -> text(components.collectives().get(offer.name()).probe());
      default -> "yes";
    };
  }

  private static String text(Availability availability) {
    String answer = availability.available() ? "yes" : "no";
    return availability.detail().isEmpty() ? answer : answer + ": " + availability.detail();
  }
}
