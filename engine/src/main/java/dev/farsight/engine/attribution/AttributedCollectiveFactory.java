package dev.farsight.engine.attribution;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory.Availability;
import dev.farsight.api.config.Settings;
import java.util.List;

/** A plugin's collectives. */
final class AttributedCollectiveFactory extends Attributed<CollectiveFactory>
    implements CollectiveFactory {

  AttributedCollectiveFactory(CollectiveFactory factory, String name, PluginCalls calls) {
    super(factory, name, calls);
  }

  @Override
  public void check(Settings own) {
    calls.run("CollectiveFactory.check", () -> factory.check(own));
  }

  @Override
  public Availability probe() {
    return calls.get("CollectiveFactory.probe", factory::probe);
  }

  @Override
  public List<Collective> connect(CollectiveContext context) {
    List<Collective> ends = calls.get("CollectiveFactory.connect", () -> factory.connect(context));
    if (ends.size() != context.ownRanks().size()) {
      throw calls.broken(
          "CollectiveFactory.connect returned %d ends for %d ranks"
              .formatted(ends.size(), context.ownRanks().size()));
    }
    return ends.stream().<Collective>map(end -> new AttributedCollective(end, calls)).toList();
  }
}
