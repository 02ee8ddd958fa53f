package dev.farsight.storage.ssd;

import net.openhft.chronicle.algo.hashing.LongHashFunction;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.bytes.RandomDataOutput;
import net.openhft.chronicle.hash.AbstractData;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.serialization.DataAccess;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;

/**
 * How Chronicle Map sees the id of a {@link RowRef}: 8 bytes, native order, without an object for
 * each. A map's contexts have an instance each.
 */
final class RowKey extends AbstractData<RowRef> implements DataAccess<RowRef> {

  static final int BYTES = Long.BYTES;

  private transient BytesStore<?, ?> copy = BytesStore.wrap(new byte[BYTES]);
  private transient RowRef ref;

  @Override
  public Data<RowRef> getData(RowRef instance) {
    ref = instance;
    return this;
  }

  @Override
  public void uninit() {
    ref = null;
  }

  @Override
  public DataAccess<RowRef> copy() {
    return new RowKey();
  }

  @Override
  public RandomDataInput bytes() {
    copy.writeLong(0, ref.row());
    return copy;
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public long size() {
    return BYTES;
  }

  @Override
  public RowRef get() {
    return ref;
  }

  @Override
  public RowRef getUsing(RowRef using) {
    using.set(ref.row());
    return using;
  }

  @Override
  public long hash(LongHashFunction function) {
    return function.hashLong(ref.row());
  }

  @Override
  public boolean equivalent(RandomDataInput source, long sourceOffset) {
    return source.readLong(sourceOffset) == ref.row();
  }

  @Override
  @SuppressWarnings("rawtypes") // As Chronicle declares it.
  public void writeTo(RandomDataOutput target, long targetOffset) {
    target.writeLong(targetOffset, ref.row());
  }

  @Override
  public void readMarshallable(WireIn wire) {
    copy = BytesStore.wrap(new byte[BYTES]);
  }

  @Override
  public void writeMarshallable(WireOut wire) {
    // Without state of its own.
  }

  /** Reads a key into a reference. */
  static final class Reader implements SizedReader<RowRef> {

    @Override
    public RowRef read(Bytes<?> in, long size, RowRef using) {
      using.set(in.readLong());
      return using;
    }

    @Override
    public void readMarshallable(WireIn wire) {
      // Without state.
    }

    @Override
    public void writeMarshallable(WireOut wire) {
      // Without state.
    }
  }
}
