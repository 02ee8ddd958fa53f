package dev.farsight.storage.ssd;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.bytes.RandomDataOutput;
import net.openhft.chronicle.hash.AbstractData;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.serialization.DataAccess;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;

/**
 * How Chronicle Map sees the row of a {@link RowRef}: a stretch of the caller's buffer, copied
 * there or from there in one piece. A map's contexts have an instance each.
 */
final class RowValue extends AbstractData<RowRef> implements DataAccess<RowRef> {

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
    return new RowValue();
  }

  @Override
  public RandomDataInput bytes() {
    return ref.memory();
  }

  @Override
  public long offset() {
    return ref.at();
  }

  @Override
  public long size() {
    return ref.bytes();
  }

  @Override
  public RowRef get() {
    return ref;
  }

  @Override
  public RowRef getUsing(RowRef using) {
    throw new UnsupportedOperationException("a row's value is never copied to another reference");
  }

  @Override
  @SuppressWarnings("rawtypes") // As Chronicle declares it.
  public void writeTo(RandomDataOutput target, long targetOffset) {
    target.write(targetOffset, ref.memory(), ref.at(), ref.bytes());
  }

  @Override
  public void readMarshallable(WireIn wire) {
    // Without state of its own.
  }

  @Override
  public void writeMarshallable(WireOut wire) {
    // Without state of its own.
  }

  /** Copies a row to the place that the reference names. */
  static final class Reader implements SizedReader<RowRef> {

    @Override
    public RowRef read(Bytes<?> in, long size, RowRef using) {
      using.memory().write(using.at(), in, in.readPosition(), size);
      in.readSkip(size);
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
