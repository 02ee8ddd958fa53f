package dev.farsight.testkit.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store that fails or stalls where a test wants it to, counts calls, and remembers the writes of
 * each row:
 *
 * <pre>
 * var store = new FaultyRowStore(new NaiveRowStore(spec));
 * store.fail(Call.WRITE, 3, new FarsightException("disk full"));
 * store.hold(Call.READ, 5, gate);
 * </pre>
 *
 * <p>Calls of each kind are numbered from 1 in the order in which they begin. A call that fails
 * does not reach the store. Faults may be added while calls are under way.
 */
public final class FaultyRowStore extends ForwardingRowStore {

  /** The calls that can fail, be held, and are counted. */
  public enum Call {
    EXPECT,
    READ,
    WRITE,
    FLUSH,
    /** A generation is begun or returned to. */
    GENERATION,
    CLOSE
  }

  /** What happens before the calls numbered {@code first} to {@code last}. */
  private record Fault(Call call, long first, long last, Runnable action) {}

  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final Map<Call, AtomicLong> counts = new EnumMap<>(Call.class);
  private final Map<Long, List<float[]>> writes = new ConcurrentHashMap<>();
  private volatile boolean recording;

  public FaultyRowStore(RowStore store) {
    super(store);
    for (Call call : Call.values()) {
      counts.put(call, new AtomicLong());
    }
  }

  /** The n-th call of its kind throws. */
  public FaultyRowStore fail(Call call, long nth, RuntimeException failure) {
    return add(call, nth, nth, throwing(failure));
  }

  /** The n-th call of its kind throws an error, such as one for want of memory. */
  public FaultyRowStore fail(Call call, long nth, Error failure) {
    return add(
        call,
        nth,
        nth,
        () -> {
          throw failure;
        });
  }

  /** The n-th call of its kind and all later ones throw, as a device that is gone. */
  public FaultyRowStore failFrom(Call call, long nth, RuntimeException failure) {
    return add(call, nth, Long.MAX_VALUE, throwing(failure));
  }

  /** The n-th call of its kind waits at the gate before it is carried out. */
  public FaultyRowStore hold(Call call, long nth, Gate gate) {
    return add(call, nth, nth, gate::pass);
  }

  /** Remembers from now on every value that is written. */
  public FaultyRowStore recordWrites() {
    recording = true;
    return this;
  }

  /** How many calls of a kind have begun, failed ones included. */
  public long calls(Call call) {
    return counts.get(call).get();
  }

  /** The values written to a row since {@link #recordWrites}, in the order of the writes. */
  public List<float[]> writes(long row) {
    return List.copyOf(writes.getOrDefault(row, List.of()));
  }

  @Override
  public void expect(long[] rows, int from, int count) {
    begin(Call.EXPECT);
    super.expect(rows, from, count);
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    begin(Call.READ);
    return super.read(rows, from, count, target, targetRow);
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    begin(Call.WRITE);
    Ticket ticket = super.write(rows, from, count, source, sourceRow);
    if (recording) {
      for (int i = 0; i < count; i++) {
        record(rows[from + i], source, sourceRow + i);
      }
    }
    return ticket;
  }

  @Override
  public void flush() {
    begin(Call.FLUSH);
    super.flush();
  }

  @Override
  public void beginGeneration(int generation) {
    begin(Call.GENERATION);
    super.beginGeneration(generation);
  }

  @Override
  public void returnToGeneration(int generation) {
    begin(Call.GENERATION);
    super.returnToGeneration(generation);
  }

  @Override
  public void close() {
    begin(Call.CLOSE);
    super.close();
  }

  private FaultyRowStore add(Call call, long first, long last, Runnable action) {
    if (first < 1) {
      throw new IllegalArgumentException("calls are numbered from 1, not " + first);
    }
    faults.add(new Fault(call, first, last, action));
    return this;
  }

  private void begin(Call call) {
    long number = counts.get(call).incrementAndGet();
    for (Fault fault : faults) {
      if (fault.call() == call && number >= fault.first() && number <= fault.last()) {
        fault.action().run();
      }
    }
  }

  private void record(long row, RowBuffer source, int at) {
    var value = new float[source.format().words()];
    source.get(at, value);
    writes.computeIfAbsent(row, r -> Collections.synchronizedList(new ArrayList<>())).add(value);
  }

  private static Runnable throwing(RuntimeException failure) {
    return () -> {
      throw failure;
    };
  }
}
