package dev.farsight.engine.run;

import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.settings.EngineSettings;
import java.util.List;

/**
 * Describes a cache in words. A saved cache state can be restored only into a cache of the same
 * description.
 */
public final class CacheDescription {

  private CacheDescription() {}

  public static String of(Session session) {
    EngineSettings settings = session.settings();
    Residency residency = session.lanes().get(0).residency();
    Settings cache = settings.farsight().section("cache");
    String policy = cache.string("policy");
    var text = new StringBuilder(policy + " of " + session.slots() + " slots");
    int regions = settings.regionsAreSet() ? settings.regions() : residency.regions();
    text.append(", regions ").append(regions);
    for (String key : List.of("tables", policy)) {
      if (cache.has(key)) {
        text.append(", ").append(key).append(' ');
        text.append(cache.config().getValue(key).render(ConfigRenderOptions.concise()));
      }
    }
    int ranks = session.lanes().size();
    text.append(ranks == 1 ? "" : " over " + ranks + " devices, " + session.plan().sharding());
    // Version 0.1 divided rows over several regions otherwise.
    text.append(regions > 1 ? ", in ranges of shards" : "");
    // Until format 3 of checkpoints, notes were not saved by block.
    return text.append(residency.maxNote() > 0 ? ", with notes by block" : "").toString();
  }
}
