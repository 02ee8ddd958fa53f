package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.TestRows.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.testkit.store.FaultyRowStore.Call;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without faults it is a store like others; with faults it fails where it is told to. */
@Timeout(60)
class FaultyRowStoreTest extends RowStoreContract {

  private final FaultyRowStore store = new FaultyRowStore(new NaiveRowStore(TestRows.spec()));

  @Override
  protected RowStoreFactory factory() {
    return new MemoryStores(spec -> new FaultyRowStore(new NaiveRowStore(spec)).recordWrites());
  }

  private void write(long row, float value) {
    store.write(new long[] {row}, 0, 1, rows(1, value), 0);
  }

  @Test
  void failsTheCallAskedForAndOnlyThat() {
    var full = new FarsightException("disk full");
    store.fail(Call.WRITE, 2, full);
    write(1, 1);
    assertThatThrownBy(() -> write(2, 1)).isSameAs(full);
    write(3, 1);
    assertThat(store.written(1)).isTrue();
    assertThat(store.written(2)).isFalse();
    assertThat(store.written(3)).isTrue();
    assertThat(store.calls(Call.WRITE)).isEqualTo(3);
    assertThatCode(store::flush).doesNotThrowAnyException();
  }

  @Test
  void failsForGoodFromTheCallAskedFor() {
    store.failFrom(Call.READ, 2, new FarsightException("gone"));
    long[] ids = {1};
    store.read(ids, 0, 1, rows(1, 0), 0);
    for (int call = 0; call < 3; call++) {
      assertThatThrownBy(() -> store.read(ids, 0, 1, rows(1, 0), 0)).hasMessage("gone");
    }
    write(1, 1);
  }

  @Test
  void failsEveryKindOfCall() {
    for (Call call : Call.values()) {
      store.fail(call, 1, new FarsightException(call.name()));
    }
    long[] ids = {1};
    assertThatThrownBy(() -> store.expect(ids, 0, 1)).hasMessage("EXPECT");
    assertThatThrownBy(() -> store.read(ids, 0, 1, rows(1, 0), 0)).hasMessage("READ");
    assertThatThrownBy(() -> write(1, 1)).hasMessage("WRITE");
    assertThatThrownBy(store::flush).hasMessage("FLUSH");
    assertThatThrownBy(store::close).hasMessage("CLOSE");
  }

  @Test
  void holdsACallUntilTheGateOpens() {
    var gate = new Gate();
    store.hold(Call.WRITE, 1, gate);
    assertThat(gate.reached()).isFalse();
    var write = CompletableFuture.runAsync(() -> write(7, 1));
    gate.awaitArrival();
    assertThat(gate.reached()).isTrue();
    assertThat(write).isNotDone();
    assertThat(store.written(7)).isFalse();
    write(8, 1);
    gate.open();
    write.join();
    assertThat(store.written(7)).isTrue();
  }

  @Test
  void remembersTheWritesOfARowInOrder() {
    write(5, 0);
    store.recordWrites();
    write(5, 1);
    store.write(new long[] {4, 5, 6}, 1, 2, rows(2, 2), 0);
    store.fail(Call.WRITE, 4, new FarsightException("planted"));
    assertThatThrownBy(() -> write(5, 3)).hasMessage("planted");
    write(5, 4);
    assertThat(store.writes(5)).extracting(row -> row[0]).containsExactly(1f, 2f, 4f);
    assertThat(store.writes(6)).hasSize(1).first().isEqualTo(new float[] {2, 2, 2});
    assertThat(store.writes(4)).isEmpty();
  }
}
