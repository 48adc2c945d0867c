-- AlterTable
ALTER TABLE "Broadcast" ADD COLUMN     "isScheduled" BOOLEAN NOT NULL DEFAULT false;
