package dev.farsight.parquet.export;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/** One Parquet file, written record by record. */
final class RecordFile implements Closeable {

  private final ParquetWriter<Consumer<Fields>> writer;

  private RecordFile(ParquetWriter<Consumer<Fields>> writer) {
    this.writer = writer;
  }

  static RecordFile create(Path file, MessageType schema) throws IOException {
    return new RecordFile(
        new Builder(file, schema)
            .withConf(new PlainParquetConfiguration())
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withDictionaryEncoding(false)
            .build());
  }

  /** Writes a record, which the given code fills field by field. */
  void write(Consumer<Fields> record) throws IOException {
    writer.write(record);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  /** Fills the fields of a record, each by its position in the schema, in ascending order. */
  static final class Fields {

    private final MessageType schema;
    private final RecordConsumer consumer;

    Fields(MessageType schema, RecordConsumer consumer) {
      this.schema = schema;
      this.consumer = consumer;
    }

    void text(int field, String value) {
      consumer.startField(schema.getFieldName(field), field);
      consumer.addBinary(Binary.fromString(value));
      consumer.endField(schema.getFieldName(field), field);
    }

    void bool(int field, boolean value) {
      consumer.startField(schema.getFieldName(field), field);
      consumer.addBoolean(value);
      consumer.endField(schema.getFieldName(field), field);
    }

    void integer(int field, int value) {
      consumer.startField(schema.getFieldName(field), field);
      consumer.addInteger(value);
      consumer.endField(schema.getFieldName(field), field);
    }

    void number(int field, float value) {
      consumer.startField(schema.getFieldName(field), field);
      consumer.addFloat(value);
      consumer.endField(schema.getFieldName(field), field);
    }

    /** A list, whose elements the given code {@code add}s one by one. */
    void list(int field, int size, IntConsumer element) {
      consumer.startField(schema.getFieldName(field), field);
      consumer.startGroup();
      if (size > 0) {
        consumer.startField("list", 0);
        for (int i = 0; i < size; i++) {
          consumer.startGroup();
          consumer.startField("element", 0);
          element.accept(i);
          consumer.endField("element", 0);
          consumer.endGroup();
        }
        consumer.endField("list", 0);
      }
      consumer.endGroup();
      consumer.endField(schema.getFieldName(field), field);
    }

    void add(int value) {
      consumer.addInteger(value);
    }

    void add(float value) {
      consumer.addFloat(value);
    }
  }

  private static final class Builder extends ParquetWriter.Builder<Consumer<Fields>, Builder> {

    private final MessageType schema;

    Builder(Path file, MessageType schema) {
      super(new LocalOutputFile(file));
      this.schema = schema;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** Abstract still, and never called. */
    @Override
    @SuppressWarnings("deprecation")
    protected WriteSupport<Consumer<Fields>> getWriteSupport(Configuration configuration) {
      return new Support(schema);
    }

    @Override
    protected WriteSupport<Consumer<Fields>> getWriteSupport(ParquetConfiguration configuration) {
      return new Support(schema);
    }
  }

  private static final class Support extends WriteSupport<Consumer<Fields>> {

    private final MessageType schema;
    private RecordConsumer consumer;
    private Fields fields;

    Support(MessageType schema) {
      this.schema = schema;
    }

    /** Abstract still, and never called. */
    @Override
    @SuppressWarnings("deprecation")
    public WriteContext init(Configuration configuration) {
      return new WriteContext(schema, Map.of());
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
      return new WriteContext(schema, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      consumer = recordConsumer;
      fields = new Fields(schema, recordConsumer);
    }

    @Override
    public void write(Consumer<Fields> record) {
      consumer.startMessage();
      record.accept(fields);
      consumer.endMessage();
    }
  }
}
