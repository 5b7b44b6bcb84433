using System.Text;
using Convergence.Foundation.Files;
using Convergence.Testing;

namespace Convergence.Foundation.Tests.Files;

public sealed class CappedFileTests
{
    [Test]
    public void ReadAllBytes_Directory_SaysWhatItIs()
    {
        using var folder = new TemporaryDirectory();
        Assert.That(
            () => CappedFile.ReadAllBytes(folder.Path, 10),
            Throws.TypeOf<ConvergenceException>().With.Message.StartWith(folder.Path + ": is a directory"));
    }

    [Test]
    public void ReadAllBytes_UpToTheCap_IsRead_AndNotAByteMore()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllBytes(folder.Combine("file"), [1, 2, 3]);
        Assert.That(CappedFile.ReadAllBytes(folder.Combine("file"), 3), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(
            () => CappedFile.ReadAllBytes(folder.Combine("file"), 2),
            Throws.TypeOf<ConvergenceException>().With.Message.Contains("at most 2 are read"));
    }

    [Test]
    public void ReadText_WithAndWithoutByteOrderMark_IsTheSame()
    {
        using var folder = new TemporaryDirectory();
        const string Text = "name: größe\n";
        Encoding[] encodings = [new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode];
        foreach (var encoding in encodings)
        {
            File.WriteAllText(folder.Combine("file"), Text, encoding);
            Assert.That(CappedFile.ReadText(folder.Combine("file"), 100), Is.EqualTo(Text), encoding.EncodingName);
        }
    }

    [Test]
    public void ReadText_OtherBytes_AreRefusedInsteadOfReplaced()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllBytes(folder.Combine("file"), [(byte)'a', 0xE9, (byte)'b']);
        Assert.That(
            () => CappedFile.ReadText(folder.Combine("file"), 100),
            Throws.TypeOf<ConvergenceException>().With.Message.EqualTo($"{folder.Combine("file")}: is not UTF-8 text. Save it as UTF-8."));
    }
}
