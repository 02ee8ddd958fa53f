package dev.farsight.datasets.file;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** The writers of the compressions that are read. */
public enum Packing {
  PLAIN("") {
    @Override
    OutputStream open(OutputStream out) {
      return out;
    }
  },
  GZIP(".gz") {
    @Override
    OutputStream open(OutputStream out) throws IOException {
      return new GZIPOutputStream(out);
    }
  },
  BZIP2(".bz2") {
    @Override
    OutputStream open(OutputStream out) throws IOException {
      return new BZip2CompressorOutputStream(out, 1);
    }
  },
  XZ(".xz") {
    @Override
    OutputStream open(OutputStream out) throws IOException {
      return new XZOutputStream(out, new LZMA2Options(0));
    }
  },
  ZSTD(".zst") {
    @Override
    OutputStream open(OutputStream out) throws IOException {
      return new ZstdOutputStream(out).setChecksum(true);
    }
  };

  private final String suffix;

  Packing(String suffix) {
    this.suffix = suffix;
  }

  abstract OutputStream open(OutputStream out) throws IOException;

  /** How names of such files end. */
  public String suffix() {
    return suffix;
  }

  /** One member or frame. */
  public byte[] pack(byte[] contents) {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = open(bytes)) {
      out.write(contents);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
