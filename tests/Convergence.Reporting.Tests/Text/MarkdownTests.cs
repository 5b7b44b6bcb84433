namespace Convergence.Reporting.Tests.Text;

public sealed class MarkdownTests
{
    [Test]
    public void Escape_LeavesNothingThatActs() =>
        Assert.That(Markdown.Escape("a|b*c_[x](y)<b>\n# d`"), Is.EqualTo("a\\|b\\*c\\_\\[x\\](y)\\<b\\> \\# d\\`"));

    [Test]
    public void ControlCharacters_DoNotReachATerminal()
    {
        Assert.That(Markdown.Escape("a\u001b[2Jb\0"), Is.EqualTo("a \\[2Jb "));
        Assert.That(Markdown.Fenced("", "a\u001b[2J\tb\n\0\u009b"), Is.EqualTo("```\na\u241b[2J\tb\n\u2400\uFFFD\n```\n"));
    }

    [Test]
    public void Fenced_UsesMoreBackticksThanTheContentHas() =>
        Assert.That(Markdown.Fenced("md", "```\nx\n```\n"), Is.EqualTo("````md\n```\nx\n```\n````\n"));
}
