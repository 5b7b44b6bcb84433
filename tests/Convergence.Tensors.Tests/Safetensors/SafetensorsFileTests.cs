using System.Text;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Tensors.Tests.Safetensors;

/// <summary>One crafted file per rule of the format, and the files that are allowed though they look odd.</summary>
public sealed class SafetensorsFileTests
{
    private TemporaryDirectory _directory = null!;

    public static IEnumerable<TestCaseData> BrokenHeaders()
    {
        // Expected error, header, bytes of data, a word that the message must hold.
        TestCaseData Case(string name, SafetensorsError error, string header, int dataByteCount, string word) =>
            new TestCaseData(error, header, dataByteCount, word).SetName($"Open_{name}_IsRefused");

        string Tensor(string dtype, string shape, string offsets) =>
            "{\"w.x\":" + $"{{\"dtype\":{dtype},\"shape\":{shape},\"data_offsets\":{offsets}}}" + "}";

        yield return Case("ArrayHeader", SafetensorsError.HeaderNotObject, "[]", 0, "{");
        yield return Case("LeadingSpace", SafetensorsError.HeaderNotObject, " {}", 0, "{");
        yield return Case("CutJson", SafetensorsError.HeaderNotJson, """{"a":{"dtype":"F32",""", 0, "JSON");
        yield return Case("TextAfterJson", SafetensorsError.HeaderNotJson, "{} {}", 0, "JSON");
        yield return Case("CommentInJson", SafetensorsError.HeaderNotJson, "{/* */}", 0, "JSON");
        yield return Case("DeepNesting", SafetensorsError.HeaderNotJson, "{\"a\":" + new string('{', 200), 0, "JSON");
        yield return Case("NestedShape", SafetensorsError.HeaderNotJson, Tensor("\"F32\"", "[[1]]", "[0,4]"), 4, "depth");
        yield return Case("HalfASurrogate", SafetensorsError.HeaderNotJson, """{"\ud800":{}}""", 0, "escape");
        yield return Case(
            "SameTensorTwice", SafetensorsError.DuplicateKey,
            $"{{{CraftedFile.Entry("w.x", "U8", "[1]", 0, 1)},{CraftedFile.Entry("w.x", "U8", "[1]", 0, 1)}}}", 1, "w.x");
        yield return Case(
            "SameTensorTwiceEscaped", SafetensorsError.DuplicateKey,
            $"{{{CraftedFile.Entry("w", "U8", "[1]", 0, 1)},{CraftedFile.Entry("\\u0077", "U8", "[1]", 1, 2)}}}", 2, "\"w\"");
        yield return Case(
            "SameKeyTwice", SafetensorsError.DuplicateKey,
            """{"w.x":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "dtype");
        yield return Case("MetadataTwice", SafetensorsError.DuplicateKey, """{"__metadata__":{},"__metadata__":{}}""", 0, "__metadata__");
        yield return Case("MetadataKeyTwice", SafetensorsError.DuplicateKey, """{"__metadata__":{"k":"1","k":"2"}}""", 0, "k");
        yield return Case("MetadataArray", SafetensorsError.InvalidMetadata, """{"__metadata__":[]}""", 0, "__metadata__");
        yield return Case("MetadataNumber", SafetensorsError.InvalidMetadata, """{"__metadata__":{"epoch":3}}""", 0, "epoch");
        yield return Case("EntryNumber", SafetensorsError.MalformedEntry, """{"w.x":3}""", 0, "w.x");
        yield return Case("EntryEmpty", SafetensorsError.MalformedEntry, """{"w.x":{}}""", 0, "w.x");
        yield return Case(
            "EntryWithoutShape", SafetensorsError.MalformedEntry, """{"w.x":{"dtype":"U8","data_offsets":[0,1]}}""", 1, "w.x");
        yield return Case(
            "EntryWithUnknownKey", SafetensorsError.MalformedEntry,
            """{"w.x":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"scale":2}}""", 1, "scale");
        yield return Case("DTypeNumber", SafetensorsError.MalformedEntry, Tensor("32", "[1]", "[0,4]"), 4, "w.x");
        yield return Case("DTypeUnknown", SafetensorsError.UnknownDType, Tensor("\"F8_E8M0\"", "[1]", "[0,1]"), 1, "F8_E8M0");
        yield return Case("DTypeLowerCase", SafetensorsError.UnknownDType, Tensor("\"f32\"", "[1]", "[0,4]"), 4, "BF16");
        yield return Case("ShapeNegative", SafetensorsError.InvalidShape, Tensor("\"F32\"", "[-1]", "[0,4]"), 4, "w.x");
        yield return Case("ShapeFraction", SafetensorsError.InvalidShape, Tensor("\"F32\"", "[1.5]", "[0,4]"), 4, "w.x");
        yield return Case("ShapeText", SafetensorsError.InvalidShape, Tensor("\"F32\"", "[\"1\"]", "[0,4]"), 4, "w.x");
        yield return Case("ShapeNumber", SafetensorsError.InvalidShape, Tensor("\"F32\"", "1", "[0,4]"), 4, "w.x");
        yield return Case("ShapeNull", SafetensorsError.InvalidShape, Tensor("\"F32\"", "null", "[0,4]"), 4, "w.x");
        yield return Case(
            "ShapeBeyond64Bits", SafetensorsError.InvalidShape, Tensor("\"F32\"", "[18446744073709551616]", "[0,4]"), 4, "w.x");
        yield return Case(
            "ShapeOfTooManyExtents", SafetensorsError.InvalidShape,
            Tensor("\"F32\"", $"[{string.Join(',', Enumerable.Repeat(1, 65))}]", "[0,4]"), 4, "w.x");
        yield return Case(
            "ShapeProductOverflow", SafetensorsError.ShapeOverflow, Tensor("\"U8\"", "[4294967296,4294967296]", "[0,0]"), 0, "4294967296");
        yield return Case(
            "ShapeProductOverflowByZero", SafetensorsError.ShapeOverflow, Tensor("\"U8\"", "[4294967296,4294967296,0]", "[0,0]"), 0, "w.x");
        yield return Case(
            "ByteCountOverflow", SafetensorsError.ShapeOverflow, Tensor("\"F64\"", "[4611686018427387904]", "[0,0]"), 0, "w.x");
        yield return Case("OffsetsReversed", SafetensorsError.InvalidOffsets, Tensor("\"F32\"", "[1]", "[4,0]"), 4, "w.x");
        yield return Case("OffsetsNegative", SafetensorsError.InvalidOffsets, Tensor("\"F32\"", "[1]", "[-4,0]"), 4, "w.x");
        yield return Case("OffsetsOne", SafetensorsError.InvalidOffsets, Tensor("\"F32\"", "[1]", "[4]"), 4, "w.x");
        yield return Case("OffsetsThree", SafetensorsError.InvalidOffsets, Tensor("\"F32\"", "[1]", "[0,4,4]"), 4, "w.x");
        yield return Case("OffsetsFraction", SafetensorsError.InvalidOffsets, Tensor("\"F32\"", "[1]", "[0,4.5]"), 4, "w.x");
        yield return Case("SizeTooSmall", SafetensorsError.SizeMismatch, Tensor("\"F32\"", "[2,2]", "[0,8]"), 8, "needs 16");
        yield return Case("SizeTooLarge", SafetensorsError.SizeMismatch, Tensor("\"F16\"", "[2]", "[0,8]"), 8, "needs 4");
        yield return Case("ScalarOfNoBytes", SafetensorsError.SizeMismatch, Tensor("\"F32\"", "[]", "[0,0]"), 0, "needs 4");
        yield return Case("DataCutShort", SafetensorsError.DataBeyondFile, CraftedFile.OneTensor, 15, "truncated");
        yield return Case(
            "OffsetsFarBeyondFile", SafetensorsError.DataBeyondFile,
            Tensor("\"U8\"", "[9000000000000000000]", "[0,9000000000000000000]"), 4, "w.x");
        yield return Case("TrailingData", SafetensorsError.TrailingData, CraftedFile.OneTensor, 17, "1 bytes follow");
        yield return Case("DataWithoutTensors", SafetensorsError.TrailingData, "{}", 4, "4 bytes follow");
        yield return Case("HoleInFront", SafetensorsError.Hole, Tensor("\"U8\"", "[1]", "[1,2]"), 2, "w.x");
        yield return Case(
            "HoleBetween", SafetensorsError.Hole,
            $"{{{CraftedFile.Entry("a", "U8", "[1]", 0, 1)},{CraftedFile.Entry("b", "U8", "[1]", 2, 3)}}}", 3, "\"b\"");
        yield return Case(
            "Overlap", SafetensorsError.Overlap,
            $"{{{CraftedFile.Entry("a", "U8", "[2]", 0, 2)},{CraftedFile.Entry("b", "U8", "[2]", 1, 3)}}}", 3, "\"b\"");
        yield return Case(
            "SameBytesTwice", SafetensorsError.Overlap,
            $"{{{CraftedFile.Entry("a", "U8", "[2]", 0, 2)},{CraftedFile.Entry("b", "U8", "[2]", 0, 2)}}}", 2, "\"a\"");
        yield return Case(
            "EmptyTensorInsideAnother", SafetensorsError.Overlap,
            $"{{{CraftedFile.Entry("a", "U8", "[2]", 0, 2)},{CraftedFile.Entry("b", "U8", "[0]", 1, 1)}}}", 2, "\"b\"");
        yield return Case(
            "EmptyTensorBeyondFile", SafetensorsError.Hole,
            $"{{{CraftedFile.Entry("a", "U8", "[2]", 0, 2)},{CraftedFile.Entry("b", "U8", "[0]", 9, 9)}}}", 2, "\"b\"");
    }

    [SetUp]
    public void CreateDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [TestCaseSource(nameof(BrokenHeaders))]
    public void Open_BrokenHeader_IsRefused(SafetensorsError error, string header, int dataByteCount, string word)
    {
        AssertRefused(CraftedFile.With(header, dataByteCount), error, word);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(7)]
    public void Open_FileShorterThanTheLength_IsRefused(int byteCount) =>
        AssertRefused(new byte[byteCount], SafetensorsError.FileTooShort, $"{byteCount} bytes");

    [Test]
    public void Open_HeaderOfLengthZero_IsRefused() => AssertRefused(new byte[8], SafetensorsError.HeaderEmpty, "0 bytes");

    [TestCase(100_000_001ul)]
    [TestCase(ulong.MaxValue)]
    [TestCase(1ul << 63)]
    public void Open_HeaderAboveTheCap_IsRefused(ulong length) =>
        AssertRefused(CraftedFile.WithLength(length, "{}"u8.ToArray(), 0), SafetensorsError.HeaderTooLarge, length.ToString());

    [TestCase(3ul)]
    [TestCase(100_000_000ul)]
    public void Open_HeaderBeyondTheFile_IsRefused(ulong length) =>
        AssertRefused(CraftedFile.WithLength(length, "{}"u8.ToArray(), 0), SafetensorsError.HeaderBeyondFile, "only 2");

    [Test]
    public void Open_PointerOfGitLfs_IsRefusedWithItsCure() =>
        AssertRefused(
            "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"u8.ToArray(),
            SafetensorsError.HeaderTooLarge,
            "git lfs pull");

    [Test]
    public void Open_HeaderThatIsNotUtf8_IsRefused() =>
        AssertRefused(
            CraftedFile.With([(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}'], 0), SafetensorsError.HeaderNotUtf8, "UTF-8");

    [Test]
    public void Open_ByteOrderMark_IsRefused() =>
        AssertRefused(CraftedFile.With([0xEF, 0xBB, 0xBF, .. "{}"u8], 0), SafetensorsError.HeaderNotObject, "{");

    [Test]
    public void Open_MissingFile_IsRefused()
    {
        var path = _directory.Combine("none.safetensors");
        var exception = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path));
        Assert.That(exception!.Error, Is.EqualTo(SafetensorsError.FileNotFound));
        Assert.That(exception.Message, Does.Contain(path));
    }

    [Test]
    public void Open_Directory_IsRefused()
    {
        var exception = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(_directory.Path));
        Assert.That(exception!.Error, Is.EqualTo(SafetensorsError.Unreadable));
    }

    [Test]
    public void Open_NoTensors_IsAllowed()
    {
        using var file = SafetensorsFile.Open(Save(CraftedFile.With("{}", 0)));
        Assert.That(file.Names, Is.Empty);
        Assert.That(file.Metadata, Is.Empty);
    }

    [Test]
    public void Open_EmptyTensorsScalarsAndPadding_AreAllowed()
    {
        var header = $"{{{CraftedFile.Entry("b", "F32", "[]", 0, 4)},{CraftedFile.Entry("a", "F64", "[3,0,5]", 0, 0)},"
            + $"{CraftedFile.Entry("c", "BF16", "[0]", 4, 4)},\"__metadata__\":{{\"format\":\"pt\"}}}}   ";
        using var file = SafetensorsFile.Open(Save(CraftedFile.With(header, 4)));
        Assert.That(file.Names, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(file.Metadata["format"], Is.EqualTo("pt"));
        Assert.That(file.TryGet("a", out var a) && a.Shape == new TensorShape(3, 0, 5) && a.ElementCount == 0);
        Assert.That(file.TryGet("b", out var b) && b.Shape.Rank == 0 && b.ElementCount == 1);
    }

    [Test]
    public void TryGet_UnalignedTensor_ReadsItsValues()
    {
        // One byte in front, and a header of odd length: the floats lie at an odd address.
        var header = $"{{{CraftedFile.Entry("a", "U8", "[1]", 0, 1)},{CraftedFile.Entry("b", "F32", "[2]", 1, 9)}}}";
        var bytes = CraftedFile.With(header.Length % 2 == 0 ? header + " " : header, 9);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 8), 1.5f);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), -2.25f);
        using var file = SafetensorsFile.Open(Save(bytes));
        Assert.That(file.TryGet("b", out var tensor));
        Assert.That(((HostTensor)tensor!).AsSpan<float>().ToArray(), Is.EqualTo(new[] { 1.5f, -2.25f }));
        Assert.That(file.TryGet("none", out _), Is.False);
    }

    [Test]
    public void Open_EscapedNames_AreUnescaped()
    {
        using var file = SafetensorsFile.Open(
            Save(CraftedFile.With("""{"\u00e4\ud83d\ude00\"/":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1)));
        Assert.That(file.Names, Is.EqualTo(new[] { "ä😀\"/" }));
    }

    [Test]
    public void Dispose_ViewsThatOutliveTheFile_ThrowInsteadOfCrashing()
    {
        var file = SafetensorsFile.Open(Save(CraftedFile.With(CraftedFile.OneTensor, 16)));
        Assert.That(file.TryGet("a", out var tensor));
        var slice = ((HostTensor)tensor!).Slice(1, 2);
        file.Dispose();
        file.Dispose();
        Assert.That(() => file.TryGet("a", out _), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => ((HostTensor)tensor).AsSpan<float>().Length, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => slice.Bytes(0, 4).Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Open_HeaderFullOfNumbers_AllocatesLittle()
    {
        // A megabyte of extents must be refused at the 65th, not collected.
        var header = "{\"a\":{\"shape\":[" + new StringBuilder().Insert(0, "1,", 500_000) + "1]}}";
        var path = Save(CraftedFile.With(header, 0));
        Assert.That(() => SafetensorsFile.Open(path), Throws.InstanceOf<SafetensorsException>());
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            SafetensorsFile.Open(path).Dispose();
        }
        catch (SafetensorsException)
        {
            // As asserted above.
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(200_000));
    }

    [Test]
    public void Open_RealModels_AgreeWithEachOther()
    {
        if (!SharedData.TryFind(out var path, out var reason, "data", "models", "stories260k"))
        {
            Assert.Ignore(reason);
        }

        using var single = SafetensorsCheckpoint.Open(Path.Combine(path!, "hf"));
        using var rounded = SafetensorsCheckpoint.Open(Path.Combine(path!, "hf_bf16"));
        Assert.That(single.Names, Is.Not.Empty.And.EqualTo(rounded.Names));
        foreach (var name in single.Names)
        {
            single.TryGet(name, out var exact);
            rounded.TryGet(name, out var narrow);
            Assert.That(narrow!.Shape, Is.EqualTo(exact!.Shape), name);
            Assert.That(narrow.DType, Is.EqualTo(DType.BF16), name);
        }
    }

    private void AssertRefused(byte[] bytes, SafetensorsError error, string word)
    {
        var path = Save(bytes);
        var exception = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path).Dispose());
        Assert.That(exception!.Error, Is.EqualTo(error), exception.Message);
        Assert.That(exception.Message, Does.StartWith(path).And.Contain(word));
        Assert.That(exception.Path, Is.EqualTo(path));

        // A refused file is not held open.
        File.Delete(path);
    }

    private string Save(byte[] bytes)
    {
        var path = _directory.Combine("model.safetensors");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
