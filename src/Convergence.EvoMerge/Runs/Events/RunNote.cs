namespace Convergence.EvoMerge.Runs;

/// <summary>Something that the run says aloud: a dropped objective, a fall-back, a failure.</summary>
/// <param name="Text">One sentence or two.</param>
public sealed record RunNote(string Text) : RunEvent;
