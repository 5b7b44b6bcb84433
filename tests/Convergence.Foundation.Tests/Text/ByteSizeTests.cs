using Convergence.Foundation.Text;

namespace Convergence.Foundation.Tests.Text;

public sealed class ByteSizeTests
{
    [TestCase("4096", 4096)]
    [TestCase("1B", 1)]
    [TestCase("5GB", 5_000_000_000)]
    [TestCase(" 5 gb ", 5_000_000_000)]
    [TestCase("1.5 GiB", 1_610_612_736)]
    [TestCase("256KiB", 262_144)]
    [TestCase("2MB", 2_000_000)]
    [TestCase("1.5B", 1)]
    [TestCase("3TiB", 3_298_534_883_328)]
    public void Parse_ASize_IsItsBytes(string text, long expected) => Assert.That(ByteSize.Parse(text), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("GB")]
    [TestCase("0")]
    [TestCase("0.4B")]
    [TestCase("-1GB")]
    [TestCase("1e9")]
    [TestCase("1,5GB")]
    [TestCase("5 G")]
    [TestCase("NaN")]
    [TestCase("9999999TiB")]
    public void Parse_AnythingElse_IsNull(string text) => Assert.That(ByteSize.Parse(text), Is.Null);

    [TestCase(0, "0 B")]
    [TestCase(512, "512 B")]
    [TestCase(999, "999 B")]
    [TestCase(1000, "1.00 kB")]
    [TestCase(4_200_000, "4.20 MB")]
    [TestCase(42_000_000, "42.0 MB")]
    [TestCase(420_000_000, "420 MB")]
    [TestCase(999_600, "1.00 MB")]
    [TestCase(1_370_000_000, "1.37 GB")]
    [TestCase(2e15, "2000 TB")]
    public void Format_HasThreeDigitsOrSo(double byteCount, string expected) =>
        Assert.That(ByteSize.Format(byteCount), Is.EqualTo(expected));
}
