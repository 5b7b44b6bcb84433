namespace Convergence.Tensors.Tests;

public sealed class DTypeTests
{
    [Test]
    public void SafetensorsName_EveryType_IsReadBack([Values] DType dtype) =>
        Assert.That(DTypeExtensions.FromSafetensorsName(dtype.SafetensorsName()), Is.EqualTo(dtype));

    [TestCase(DType.F8E4M3, "F8_E4M3", 1)]
    [TestCase(DType.F8E5M2, "F8_E5M2", 1)]
    [TestCase(DType.Bool, "BOOL", 1)]
    [TestCase(DType.BF16, "BF16", 2)]
    [TestCase(DType.U16, "U16", 2)]
    [TestCase(DType.F32, "F32", 4)]
    [TestCase(DType.I64, "I64", 8)]
    public void NameAndSize_AreThoseOfTheFormat(DType dtype, string name, int byteCount)
    {
        Assert.That(dtype.SafetensorsName(), Is.EqualTo(name));
        Assert.That(dtype.ByteCount(), Is.EqualTo(byteCount));
    }

    [TestCase("f32")]
    [TestCase("F8E4M3")]
    [TestCase("0")]
    [TestCase("")]
    public void FromSafetensorsName_OutsideTheFormat_IsNull(string name) =>
        Assert.That(DTypeExtensions.FromSafetensorsName(name), Is.Null);

    [Test]
    public void IsComputable_HoldsForTheFourFloatTypes() =>
        Assert.That(
            Enum.GetValues<DType>().Where(dtype => dtype.IsComputable()),
            Is.EquivalentTo(new[] { DType.F32, DType.F16, DType.BF16, DType.F64 }));
}
