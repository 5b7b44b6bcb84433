using System.Text;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Tensors.Tests.Safetensors;

/// <summary>Properties over random files: what is written is read back, and a damaged file is refused, never worse.</summary>
public sealed class SafetensorsPropertyTests
{
    private static readonly string[] Extremes =
        [
            "-1", "0", "1", "9223372036854775807", "9223372036854775808", "1e999",
            "0.5", "null", "\"\"", "[]", "{}", "4294967296", "__metadata__",
        ];

    private static readonly byte[] Sound = CraftedFile.With(
        $"{{\"__metadata__\":{{\"format\":\"pt\"}},{CraftedFile.Entry("model.a", "F32", "[2,3]", 0, 24)},"
            + $"{CraftedFile.Entry("model.b", "BF16", "[4]", 24, 32)},{CraftedFile.Entry("empty", "I64", "[0]", 32, 32)},"
            + $"{CraftedFile.Entry("c", "BOOL", "[]", 32, 33)}}}",
        33);

    private TemporaryDirectory _directory = null!;

    private string Target => _directory.Combine("model.safetensors");

    [SetUp]
    public void CreateDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void WriteThenRead_RandomTensors_GivesThemBack()
    {
        var content = Gen.ListOf(TensorGen()).Select(items => items.DistinctBy(item => item.Name).ToArray()).ToArbitrary();
        var metadata = Gen.Choose(0, 3).SelectMany(count => Gen.ArrayOf(TextGen(), count * 2)).ToArbitrary();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll(content, metadata, (items, texts) => RoundTrips(items, Pairs(texts))));
    }

    [Test]
    public void Parse_DamagedFiles_NeverDoesMoreThanRefuse()
    {
        var refused = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(FuzzCount.Value),
            Prop.ForAll(Damages(), list => refused += ParsesOrRefuses(list.Aggregate(Sound, Apply)) ? 0 : 1));

        // Otherwise the damage would be too gentle to prove anything.
        Assert.That(refused, Is.GreaterThan(FuzzCount.Value / 2));
    }

    [Test]
    public void Open_DamagedFiles_ReadsThemAllOrRefuses() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Damages(), list => OpensOrRefuses(list.Aggregate(Sound, Apply))));

    private bool RoundTrips((string Name, DType DType, TensorShape Shape, int Seed)[] items, Dictionary<string, string> metadata)
    {
        using var tensors = new TensorSet();
        foreach (var (name, dtype, shape, seed) in items)
        {
            tensors.Add(name, Filled(dtype, shape, seed));
        }

        SafetensorsWriter.Write(Target, tensors, metadata);
        var first = File.ReadAllBytes(Target);
        using var file = SafetensorsFile.Open(Target);
        var equal = file.Names.SequenceEqual(tensors.Names) && file.Metadata.Count == metadata.Count
            && metadata.All(pair => file.Metadata[pair.Key] == pair.Value);
        foreach (var name in tensors.Names)
        {
            tensors.TryGet(name, out var written);
            equal &= file.TryGet(name, out var read) && read.DType == written!.DType && read.Shape == written.Shape
                && Bytes(read).SequenceEqual(Bytes(written));
        }

        // What was read writes the same file again.
        SafetensorsWriter.Write(Target, file, metadata);
        return equal && File.ReadAllBytes(Target).AsSpan().SequenceEqual(first);
    }

    /// <summary>True when the header passes, false when it is refused; anything else throws. What passes lies inside the file.</summary>
    private static bool ParsesOrRefuses(byte[] bytes)
    {
        if (bytes.Length < SafetensorsFormat.LengthByteCount)
        {
            return false;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var length = SafetensorsHeader.CheckLength("file", BitConverter.ToUInt64(bytes), bytes.Length);
            var header = SafetensorsHeader.Parse("file", bytes.AsSpan(SafetensorsFormat.LengthByteCount, length), bytes.Length);
            var covered = header.DataStart;
            foreach (var entry in header.Entries)
            {
                Assert.That(header.DataStart + entry.Begin, Is.EqualTo(covered));
                Assert.That(entry.End - entry.Begin, Is.EqualTo(entry.Shape.ElementCount * entry.DType.ByteCount()));
                covered = header.DataStart + entry.End;
            }

            Assert.That(covered, Is.EqualTo(bytes.Length));
            return true;
        }
        catch (SafetensorsException exception)
        {
            Assert.That(exception.Message, Does.StartWith("file: "));
            return false;
        }
        finally
        {
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 18), "a small file needs little memory");
        }
    }

    private void OpensOrRefuses(byte[] bytes)
    {
        File.Delete(Target);
        File.WriteAllBytes(Target, bytes);
        try
        {
            using var file = SafetensorsFile.Open(Target);
            var sum = 0;
            foreach (var name in file.Names)
            {
                Assert.That(file.TryGet(name, out var tensor));
                foreach (var value in Bytes(tensor!))
                {
                    sum += value;
                }
            }

            Assert.That(sum, Is.LessThanOrEqualTo(bytes.Sum(value => value)));
        }
        catch (SafetensorsException exception)
        {
            Assert.That(exception.Message, Does.StartWith(Target));
        }
    }

    private static byte[] Apply(byte[] bytes, (int Kind, int Position, int Value) damage)
    {
        var position = damage.Position % (bytes.Length + 1);
        var rest = bytes.Length - position;
        return damage.Kind switch
        {
            // Cut the end, a range, or put something in.
            0 => bytes[..position],
            1 => [.. bytes[..position], .. bytes[(position + Math.Min(rest, damage.Value % 16))..]],
            2 => [.. bytes[..position], (byte)damage.Value, .. bytes[position..]],
            3 => [.. bytes[..position], .. bytes[position..(position + Math.Min(rest, damage.Value))], .. bytes[position..]],

            // Replace one byte, or flip one bit.
            4 => [.. bytes[..position], (byte)damage.Value, .. bytes[Math.Min(position + 1, bytes.Length)..]],
            5 => [.. bytes.Select((value, index) => index == position ? (byte)(value ^ (1 << (damage.Value % 8))) : value)],

            // Replace a number by an extreme one, keeping the length of the header true.
            _ => ReplaceNumber(bytes, damage.Position, Extremes[damage.Value % Extremes.Length]),
        };
    }

    private static byte[] ReplaceNumber(byte[] bytes, int which, string replacement)
    {
        var headerEnd = Array.LastIndexOf(bytes, (byte)'}') + 1;
        if (headerEnd <= 8)
        {
            return bytes;
        }

        var header = Encoding.Latin1.GetString(bytes, 8, headerEnd - 8);
        var numbers = System.Text.RegularExpressions.Regex.Matches(header, @"\d+");
        if (numbers.Count == 0)
        {
            return bytes;
        }

        var number = numbers[which % numbers.Count];
        var changed = header[..number.Index] + replacement + header[(number.Index + number.Length)..];
        return [.. CraftedFile.With(Encoding.Latin1.GetBytes(changed), 0), .. bytes[headerEnd..]];
    }

    private static Arbitrary<(int Kind, int Position, int Value)[]> Damages() =>
        Gen.NonEmptyListOf(DamageGen()).Select(list => list.Take(4).ToArray()).ToArbitrary();

    private static Gen<(int Kind, int Position, int Value)> DamageGen() =>
        from kind in Gen.Choose(0, 9)
        from position in Gen.Choose(0, 500)
        from value in Gen.Choose(0, 255)
        select (kind, position, value);

    private static Gen<(string Name, DType DType, TensorShape Shape, int Seed)> TensorGen() =>
        from name in TextGen()
        from dtype in Gen.Elements(Enum.GetValues<DType>())
        from rank in Gen.Choose(0, 4)
        from extents in Gen.ArrayOf(Gen.Choose(0, 5), rank)
        from seed in Gen.Choose(0, int.MaxValue)
        select (name, dtype, new TensorShape([.. extents.Select(extent => (long)extent)]), seed);

    // Any Unicode text, escapes and all, but for the reserved key.
    private static Gen<string> TextGen() =>
        from runes in Gen.ListOf(Gen.OneOf(Gen.Choose(0, 0x7F), Gen.Choose(0x80, 0xD7FF), Gen.Choose(0x1F300, 0x1F6FF)))
        let text = string.Concat(runes.Select(rune => new Rune(rune).ToString()))
        select text == SafetensorsFormat.MetadataKey ? "x" : text;

    private static Dictionary<string, string> Pairs(string[] texts)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index + 1 < texts.Length; index += 2)
        {
            pairs[texts[index]] = texts[index + 1];
        }

        return pairs;
    }

    private static unsafe HostTensor Filled(DType dtype, TensorShape shape, int seed)
    {
        var tensor = HostTensor.Allocate(dtype, shape);
        new Random(seed).NextBytes(new Span<byte>(tensor.Pointer, (int)tensor.ByteCount));
        return tensor;
    }

    private static ReadOnlySpan<byte> Bytes(Tensors.Devices.DeviceTensor tensor) => ((HostTensor)tensor).Bytes(0, int.MaxValue);
}
