package dev.farsight.collective;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.compute.ComputeFactory.Availability;
import java.util.List;

/** The collective {@code threads}: the ranks are threads of one process. */
final class ThreadsFactory implements CollectiveFactory {

  @Override
  public String name() {
    return "threads";
  }

  @Override
  public Availability probe() {
    return Availability.yes("");
  }

  @Override
  public List<Collective> connect(CollectiveContext context) {
    if (!context.oneProcess()) {
      throw new FarsightException(
          "group "
              + context.group()
              + ": sharding.collective = threads joins ranks of one process alone; for several"
              + " processes choose sockets");
    }
    var group = new ThreadRanks(context);
    return context.ownRanks().stream()
        .<Collective>map(r -> new ThreadCollective(group, r))
        .toList();
  }
}
