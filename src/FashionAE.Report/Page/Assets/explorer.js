report.explore = async () => {};
