package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.TestRows.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.testkit.store.BitFlippingStore.Flip;
import org.junit.jupiter.api.Test;

/** Without its turn it is a store like others; with it, exactly one bit is wrong. */
class BitFlippingStoreTest extends RowStoreContract {

  private static final int BIT = 22;

  @Override
  protected RowStoreFactory factory() {
    var never = new Flip(0, Long.MAX_VALUE, false, BIT);
    return new MemoryStores(spec -> new BitFlippingStore(new NaiveRowStore(spec), never));
  }

  private static BitFlippingStore store(long row, long after, boolean every) {
    var store =
        new BitFlippingStore(new NaiveRowStore(TestRows.spec()), new Flip(row, after, every, BIT));
    store.write(new long[] {3, 4, 5}, 0, 3, rows(3, 1), 0);
    return store;
  }

  /** The bits in which a row read differs from the row written, as a mask of its first word. */
  private static int wrong(RowStore store, long row) {
    RowBuffer target = rows(2, 9);
    store.read(new long[] {4, row}, 1, 1, target, 1).await();
    assertThat(target.floats().get(0)).isEqualTo(9);
    assertThat(target.floats().get(4)).isEqualTo(1);
    assertThat(target.floats().get(5)).isEqualTo(1);
    return Float.floatToRawIntBits(target.floats().get(3)) ^ Float.floatToRawIntBits(1);
  }

  @Test
  void onceAfterSoManyReadsOfTheRow() {
    var store = store(5, 2, false);
    for (int read = 0; read < 6; read++) {
      assertThat(wrong(store, 3)).isZero();
      assertThat(wrong(store, 5)).isEqualTo(read == 2 ? 1 << BIT : 0);
    }
    assertThat(store.flipped()).containsExactly(5L);
  }

  @Test
  void everyReadOfTheRowAfterSoMany() {
    var store = store(5, 2, true);
    for (int read = 0; read < 6; read++) {
      assertThat(wrong(store, 3)).isZero();
      assertThat(wrong(store, 5)).isEqualTo(read >= 2 ? 1 << BIT : 0);
    }
    assertThat(store.flipped()).hasSize(4).containsOnly(5L);
  }

  @Test
  void anyRowWhoseReadIsTheOneCounted() {
    var store = store(BitFlippingStore.ANY_ROW, 3, false);
    store.read(new long[] {3, 4, 5, 4, 3}, 1, 3, rows(3, 0), 0).await();
    assertThat(store.flipped()).isEmpty();
    assertThat(wrong(store, 3)).isEqualTo(1 << BIT);
    assertThat(wrong(store, 3)).isZero();
    assertThat(store.flipped()).containsExactly(3L);
  }

  @Test
  void aRowGivenByItsSeedIsFlippedToo() {
    StoreSpec spec = TestRows.spec();
    var store = new BitFlippingStore(new SeedingStore(spec), new Flip(7, 0, false, BIT));
    RowBuffer right = RowBuffer.allocate(TestRows.FORMAT, 1, HostBuffers.plain());
    spec.initial().fill(7, right, 0);
    RowBuffer target = RowBuffer.allocateSeeded(TestRows.FORMAT, 2, HostBuffers.plain());
    store.read(new long[] {6, 7}, 0, 2, target, 0).await();
    assertThat(target.seeds().scales().get(0)).isNotZero();
    assertThat(target.seeds().scales().get(1)).isZero();
    int word = Float.floatToRawIntBits(right.floats().get(0));
    assertThat(Float.floatToRawIntBits(target.floats().get(3))).isEqualTo(word ^ 1 << BIT);
    assertThat(target.floats().get(4)).isEqualTo(right.floats().get(1));
  }

  private static final class SeedingStore extends ForwardingRowStore {

    SeedingStore(StoreSpec spec) {
      super(new NaiveRowStore(spec));
    }

    @Override
    public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
      for (int i = 0; i < count; i++) {
        spec().initial().fill(rows[from + i], target, targetRow + i);
      }
      return Ticket.DONE;
    }
  }

  @Test
  void aLateReadIsFlippedWhenItArrives() {
    var inner = new NaiveRowStore(TestRows.spec());
    inner.write(new long[] {5}, 0, 1, rows(1, 1), 0);
    var store = new BitFlippingStore(new DeferredRowStore(inner), new Flip(5, 0, false, BIT));
    RowBuffer target = rows(1, 0);
    Ticket ticket = store.read(new long[] {5}, 0, 1, target, 0);
    assertThat(target.floats().get(0)).isZero();
    ticket.await();
    ticket.await();
    assertThat(Float.floatToRawIntBits(target.floats().get(0)))
        .isEqualTo(Float.floatToRawIntBits(1) ^ 1 << BIT);
  }

  @Test
  void settingsAreThoseOfTheReference() {
    assertThat(flip("")).isEqualTo(new Flip(BitFlippingStore.ANY_ROW, 0, false, BIT));
    assertThat(flip("flip-row = 17, flip-after = 3, flip-every = true, flip-bit = 0"))
        .isEqualTo(new Flip(17, 3, true, 0));
    assertThatThrownBy(() -> flip("flip-row = 30"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.storage.bit-flipping.flip-row");
  }

  private static Flip flip(String keys) {
    String path = "farsight.storage." + BitFlippingPlugin.NAME;
    var config =
        ConfigFactory.parseString(path + " {" + keys + "}")
            .withFallback(ConfigFactory.parseString(BitFlippingPlugin.REFERENCE));
    return Flip.of(Settings.of(path, config.getConfig(path)), 30, TestRows.FORMAT.bytes());
  }
}
