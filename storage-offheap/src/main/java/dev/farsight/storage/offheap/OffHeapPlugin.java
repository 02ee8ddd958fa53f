package dev.farsight.storage.offheap;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the row store {@code offheap}. */
public final class OffHeapPlugin extends FarsightPlugin {

  public OffHeapPlugin() {
    super("storage-offheap", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.store(new OffHeapStoreFactory());
  }
}
