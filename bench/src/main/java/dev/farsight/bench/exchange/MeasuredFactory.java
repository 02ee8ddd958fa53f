package dev.farsight.bench.exchange;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory.Availability;
import dev.farsight.api.config.Settings;
import dev.farsight.collective.CollectivePlugin;
import dev.farsight.engine.plugin.Plugins;
import java.nio.file.Path;
import java.util.List;

/** The collective {@code measured}: one of the project's, with a clock around each operation. */
final class MeasuredFactory implements CollectiveFactory {

  private static final String OVER = "over";
  private static final List<String> CHOICE = List.of("sockets", "threads");

  @Override
  public String name() {
    return "measured";
  }

  @Override
  public void check(Settings own) {
    measured(own).check(own);
    own.path("folder");
    skippedSteps(own);
  }

  @Override
  public Availability probe() {
    return Availability.yes("");
  }

  @Override
  public List<Collective> connect(CollectiveContext context) {
    Settings own = context.own();
    Path folder = own.path("folder").toAbsolutePath();
    return measured(own).connect(context).stream()
        .<Collective>map(
            end ->
                new MeasuredCollective(
                    end,
                    new ExchangeFigures(skippedSteps(own)),
                    folder.resolve(context.group() + "-" + end.rank() + ".json")))
        .toList();
  }

  private static CollectiveFactory measured(Settings own) {
    return Plugins.of(new CollectivePlugin()).collectives().get(own.choice(OVER, CHOICE));
  }

  private static int skippedSteps(Settings own) {
    return own.integer("skip-steps", 0, Integer.MAX_VALUE);
  }
}
