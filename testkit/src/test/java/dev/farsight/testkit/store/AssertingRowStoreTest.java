package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.TestRows.rows;
import static dev.farsight.testkit.store.TestRows.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.store.FaultyRowStore.Call;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AssertingRowStoreTest {

  private final Gate gate = new Gate();
  private final FaultyRowStore inner = new FaultyRowStore(new NaiveRowStore(spec()));
  private final AssertingRowStore store = new AssertingRowStore(inner);

  @AfterEach
  void open() {
    gate.open();
  }

  private static void refused(String message, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(AssertionError.class).hasMessageContaining(message);
  }

  @Test
  void letsLegalCallsThrough() {
    store.write(new long[] {3, 4}, 0, 2, rows(2, 1.5f), 0);
    store.write(new long[] {3, 5}, 0, 2, rows(2, 2.5f), 0);
    RowBuffer back = rows(3, 0);
    store.expect(new long[] {4}, 0, 1);
    store.read(new long[] {-9, 4, 3}, 1, 2, back, 1);
    assertThat(back.floats(1).get(back.wordAt(1))).isEqualTo(1.5f);
    assertThat(back.floats(2).get(back.wordAt(2))).isEqualTo(2.5f);
    assertThat(store.written(5)).isTrue();
    store.flush();
    assertThat(store.stats().rowsWritten()).isEqualTo(4);
    store.close();
    store.close();
    assertThat(inner.calls(Call.WRITE)).isEqualTo(2);
  }

  @Test
  void refusesARowTwiceInACall() {
    refused("row 4 twice", () -> store.read(new long[] {4, 5, 4}, 0, 3, rows(3, 0), 0));
    refused("row 4 twice", () -> store.write(new long[] {4, 4}, 0, 2, rows(2, 0), 0));
    assertThat(inner.calls(Call.READ) + inner.calls(Call.WRITE)).isZero();
    store.read(new long[] {4, 5}, 0, 2, rows(2, 0), 0);
  }

  @Test
  void refusesARowInTwoCallsAtOnce() {
    inner.hold(Call.WRITE, 1, gate);
    var first =
        CompletableFuture.runAsync(() -> store.write(new long[] {4, 5}, 0, 2, rows(2, 7), 0));
    gate.awaitArrival();
    refused("row 5 in two calls", () -> store.read(new long[] {6, 5}, 0, 2, rows(2, 0), 0));
    store.read(new long[] {6, 7}, 0, 2, rows(2, 0), 0);
    gate.open();
    first.join();
    RowBuffer back = rows(1, 0);
    store.read(new long[] {5}, 0, 1, back, 0);
    assertThat(back.floats().get(0)).isEqualTo(7f);
  }

  @Test
  void readsMayHaveRowsInCommon() {
    inner.hold(Call.READ, 1, gate);
    var first =
        CompletableFuture.runAsync(() -> store.read(new long[] {4, 5}, 0, 2, rows(2, 0), 0));
    gate.awaitArrival();
    store.read(new long[] {5, 6}, 0, 2, rows(2, 0), 0);
    refused("row 5 in two calls", () -> store.write(new long[] {5}, 0, 1, rows(1, 0), 0));
    store.write(new long[] {6}, 0, 1, rows(1, 0), 0);
    gate.open();
    first.join();
    store.write(new long[] {4, 5}, 0, 2, rows(2, 0), 0);
    store.close();
  }

  @Test
  void aFailedCallFreesItsRows() {
    inner.fail(Call.READ, 1, new IllegalStateException("planted"));
    assertThatThrownBy(() -> store.read(new long[] {4}, 0, 1, rows(1, 0), 0)).hasMessage("planted");
    store.read(new long[] {4}, 0, 1, rows(1, 0), 0);
    store.close();
  }

  @Test
  void refusesWhatIsOutOfRange() {
    refused("row 30", () -> store.read(new long[] {30}, 0, 1, rows(1, 0), 0));
    refused("row -1", () -> store.write(new long[] {-1}, 0, 1, rows(1, 0), 0));
    refused("row 30", () -> store.expect(new long[] {30}, 0, 1));
    refused("row 30", () -> store.written(30));
    refused("array of 2", () -> store.read(new long[] {1, 2}, 1, 2, rows(2, 0), 0));
    refused("buffer of 2", () -> store.read(new long[] {1, 2}, 0, 2, rows(2, 0), 1));
    var other = RowBuffer.allocate(RowFormat.of(3, 1), 1, HostBuffers.plain());
    refused("rows of 3 fp32 weights", () -> store.write(new long[] {1}, 0, 1, other, 0));
  }

  @Test
  void aCallCountsUntilItsTicketWasAwaited() {
    var deferred = new DeferredRowStore(new NaiveRowStore(TestRows.spec()));
    var asserting = new AssertingRowStore(deferred);
    RowBuffer values = rows(1, 3.5f);
    var write = asserting.write(new long[] {4}, 0, 1, values, 0);
    assertThat(deferred.pending()).isEqualTo(1);
    refused("row 4 in two calls", () -> asserting.read(new long[] {4}, 0, 1, rows(1, 0), 0));
    refused("close while 1 calls", asserting::close);
    var open = new AssertingRowStore(deferred);
    assertThat(deferred.written(4)).isFalse();
    write.await();
    write.await();
    assertThat(deferred.pending()).isZero();
    RowBuffer back = rows(1, 0);
    open.read(new long[] {4}, 0, 1, back, 0).await();
    assertThat(back.floats().get(0)).isEqualTo(3.5f);
    long[] ids = {5};
    var read = open.read(ids, 0, 1, back, 0);
    ids[0] = 6;
    refused("changed before", read::await);
    open.close();
  }

  @Test
  void refusesUseAfterClose() {
    store.close();
    refused("read after close", () -> store.read(new long[] {1}, 0, 1, rows(1, 0), 0));
    refused("write after close", () -> store.write(new long[] {1}, 0, 1, rows(1, 0), 0));
    refused("flush after close", store::flush);
    refused("stats after close", store::stats);
    refused("written after close", () -> store.written(1));
  }

  @Test
  void refusesCloseDuringACall() {
    inner.hold(Call.FLUSH, 1, gate);
    var flush = CompletableFuture.runAsync(store::flush);
    gate.awaitArrival();
    refused("close while 1 calls", store::close);
    gate.open();
    flush.join();
    assertThat(inner.calls(Call.CLOSE)).isZero();
  }
}
