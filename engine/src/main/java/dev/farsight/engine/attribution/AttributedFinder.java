package dev.farsight.engine.attribution;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;

/** A plugin's finder of unique rows. */
final class AttributedFinder implements RowFinder {

  private final RowFinder finder;
  private final PluginCalls calls;
  private final AttributedTickets searches;

  AttributedFinder(RowFinder finder, PluginCalls calls) {
    this.finder = finder;
    this.calls = calls;
    searches = new AttributedTickets(calls, "RowFinder.find");
  }

  @Override
  public FoundRows room() {
    return calls.get("RowFinder.room", finder::room);
  }

  @Override
  public Ticket find(Batch batch, FoundRows target) {
    try {
      return searches.of(finder.find(batch, target));
    } catch (RuntimeException | Error e) {
      throw calls.failure("RowFinder.find", e);
    }
  }

  @Override
  public void close() {
    calls.run("RowFinder.close", finder::close);
  }
}
