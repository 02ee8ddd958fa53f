package dev.farsight.collective;

import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.testkit.collective.CollectiveContract;
import dev.farsight.testkit.config.Sections;
import dev.farsight.testkit.plugin.RegisteredFactories;

class SocketsCollectiveTest extends CollectiveContract {

  @Override
  protected CollectiveFactory factory() {
    return RegisteredFactories.ofService(CollectivePlugin.class).collectives().get("sockets");
  }

  @Override
  protected Settings own() {
    return Sections.of("farsight.sharding.sockets", "", factory());
  }
}
