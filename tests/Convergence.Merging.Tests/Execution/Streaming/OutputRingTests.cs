using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Files;
using Convergence.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Execution.Streaming;

public sealed class OutputRingTests
{
    /// <summary>
    /// Whatever tensors are reserved in whatever units, the file holds the header and their bytes in order, and nothing else.
    /// </summary>
    [Test]
    public void Ring_AnyTensors_WritesTheirBytesInOrder()
    {
        using var directory = new TemporaryDirectory();
        using var device = new CpuDevice();
        using var crew = new MergeCrew(device, threadCount: 2);
        var tensors = from dtype in Gen.Elements(DType.U8, DType.BF16, DType.F32)
                      from count in Gen.Frequency((3, Gen.Choose(1, 300)), (1, Gen.Choose(1, 90_000)))
                      from unit in Gen.Elements(1, 64, 100, 5000, 100_000)
                      select (DType: dtype, Count: count, Unit: unit);
        var cases = from list in tensors.NonEmptyListOf()
                    from header in Gen.Choose(8, 20_000)
                    from window in Gen.Elements(4096, 10_000, 65_536)
                    select (List: list, Header: header, Window: window);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            var expected = new List<byte>(Pattern(test.Header, 7));
            var path = directory.Combine("file");
            var byteCount = test.Header + test.List.Sum(tensor => (long)tensor.Count * tensor.DType.ByteCount());
            string digest;
            using (var ring = new OutputRing(crew, 2, test.Window))
            using (var file = StreamedFile.Create(path, byteCount))
            {
                ring.Begin(file, Pattern(test.Header, 7));
                foreach (var tensor in test.List)
                {
                    Fill(ring, tensor.DType, tensor.Count, tensor.Unit, expected);
                }

                digest = ring.Finish();
            }

            var written = File.ReadAllBytes(path);
            return written.AsSpan().SequenceEqual(expected.ToArray()) && digest == Convert.ToHexStringLower(SHA256.HashData(written));
        }).QuickCheckThrowOnFailure();
    }

    private static void Fill(OutputRing ring, DType dtype, int count, int unit, List<byte> expected)
    {
        for (long first = 0; first < count;)
        {
            using var view = ring.Reserve(dtype, count - first, unit);
            Assert.That(view.ElementCount == count - first || view.ElementCount % unit == 0);
            var bytes = Pattern((int)view.ByteCount, expected.Count);
            using (var target = view.Slice(0, view.ElementCount))
            {
                bytes.CopyTo(BytesOf(target));
            }

            expected.AddRange(bytes);
            ring.Commit();
            first += view.ElementCount;
        }
    }

    private static Span<byte> BytesOf(HostTensor tensor) =>
        MemoryMarshal.CreateSpan(
            ref MemoryMarshal.GetReference(tensor.Bytes(0, int.MaxValue)), (int)tensor.ByteCount);

    private static byte[] Pattern(int count, int seed)
    {
        var bytes = new byte[count];
        for (var index = 0; index < count; index++)
        {
            bytes[index] = (byte)((index * 31) + (seed * 17) + (index >> 8));
        }

        return bytes;
    }
}
