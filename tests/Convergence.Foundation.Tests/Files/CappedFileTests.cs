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
}
