package dev.farsight.engine.attribution;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;

/** A plugin's memory of a cache. Its rings never change, so they are asked for once. */
final class AttributedSlots implements SlotMemory {

  private final SlotMemory memory;
  private final PluginCalls calls;
  private final RowBuffer in;
  private final RowBuffer out;
  private final AttributedTickets moves;

  AttributedSlots(SlotMemory memory, PluginCalls calls) {
    this.memory = memory;
    this.calls = calls;
    in = calls.get("SlotMemory.in", memory::in);
    out = calls.get("SlotMemory.out", memory::out);
    moves = new AttributedTickets(calls, "SlotMemory.move");
  }

  SlotMemory memory() {
    return memory;
  }

  @Override
  public RowFormat format() {
    return calls.get("SlotMemory.format", memory::format);
  }

  @Override
  public int slots() {
    return calls.get("SlotMemory.slots", memory::slots);
  }

  @Override
  public RowBuffer in() {
    return in;
  }

  @Override
  public RowBuffer out() {
    return out;
  }

  @Override
  public void stage(int ringRow, int rows) {
    try {
      memory.stage(ringRow, rows);
    } catch (RuntimeException | Error e) {
      throw calls.failure("SlotMemory.stage", e);
    }
  }

  @Override
  public Ticket move(RowMoves rows) {
    try {
      return moves.of(memory.move(rows));
    } catch (RuntimeException | Error e) {
      throw calls.failure("SlotMemory.move", e);
    }
  }

  @Override
  public long deviceBytes() {
    return calls.get("SlotMemory.deviceBytes", memory::deviceBytes);
  }

  @Override
  public void close() {
    calls.run("SlotMemory.close", memory::close);
  }
}
