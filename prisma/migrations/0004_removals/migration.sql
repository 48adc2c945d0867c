-- CreateTable
CREATE TABLE "Removal" (
    "stageId" UUID NOT NULL,
    "personTag" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "removedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Removal_pkey" PRIMARY KEY ("stageId","personTag")
);

-- AddForeignKey
ALTER TABLE "Removal" ADD CONSTRAINT "Removal_stageId_fkey" FOREIGN KEY ("stageId") REFERENCES "Stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;
