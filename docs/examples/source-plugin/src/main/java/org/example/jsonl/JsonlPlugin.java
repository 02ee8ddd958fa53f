package org.example.jsonl;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the source {@code jsonl}. */
public final class JsonlPlugin extends FarsightPlugin {

  public JsonlPlugin() {
    super("jsonl-source", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.dataSource(new JsonlFactory());
  }
}
